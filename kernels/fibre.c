/* fibre.c: see fibre.h. Two processors' stack switches in assembly; a third one needs its own few lines here. */
#include "fibre.h"

#include <stdint.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif

#ifdef HAVE_ASAN
void __sanitizer_start_switch_fiber(void **fake_stack_save, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *fake_stack_save, const void **bottom_old, size_t *size_old);
#endif

#ifdef __APPLE__
#define SYMBOL(name) "_" name
#else
#define SYMBOL(name) name
#endif

void exo_fibre_jump(void **save_sp, void *load_sp);

#if defined(__x86_64__)
/* System V ABI: rbx, rbp, r12-r15 are the callee's to keep, and the control words of SSE and x87, which kernels leave alone. */
__asm__(".text\n.globl " SYMBOL("exo_fibre_jump") "\n" SYMBOL(
    "exo_fibre_jump") ":\n"
                      "push %rbp\npush %rbx\npush %r12\npush %r13\npush %r14\npush %r15\n"
                      "mov %rsp, (%rdi)\nmov %rsi, %rsp\n"
                      "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbx\npop %rbp\nret\n");
enum { FRAME_WORDS = 8, FRAME_RETURN = 6 }; /* six registers, the return address, and a word that aligns the entry's stack */
#elif defined(__aarch64__)
/* AAPCS64: x19-x30 and d8-d15. */
__asm__(".text\n.p2align 2\n.globl " SYMBOL("exo_fibre_jump") "\n" SYMBOL(
    "exo_fibre_jump") ":\n"
                      "sub sp, sp, #160\n"
                      "stp x19, x20, [sp, #0]\nstp x21, x22, [sp, #16]\nstp x23, x24, [sp, #32]\nstp x25, x26, [sp, #48]\n"
                      "stp x27, x28, [sp, #64]\nstp x29, x30, [sp, #80]\n"
                      "stp d8, d9, [sp, #96]\nstp d10, d11, [sp, #112]\nstp d12, d13, [sp, #128]\nstp d14, d15, [sp, #144]\n"
                      "mov x9, sp\nstr x9, [x0]\nmov sp, x1\n"
                      "ldp x19, x20, [sp, #0]\nldp x21, x22, [sp, #16]\nldp x23, x24, [sp, #32]\nldp x25, x26, [sp, #48]\n"
                      "ldp x27, x28, [sp, #64]\nldp x29, x30, [sp, #80]\n"
                      "ldp d8, d9, [sp, #96]\nldp d10, d11, [sp, #112]\nldp d12, d13, [sp, #128]\nldp d14, d15, [sp, #144]\n"
                      "add sp, sp, #160\nret\n");
enum { FRAME_WORDS = 20, FRAME_RETURN = 11 };
#else
#error "fibre.c: add the stack switch of this processor"
#endif

void exo_fibre_start(struct fibre *f, void (*entry)(void))
{
    uintptr_t top = ((uintptr_t)f->stack + f->stack_bytes) & ~(uintptr_t)63;
    void **frame = (void **)top - FRAME_WORDS;
    memset(frame, 0, FRAME_WORDS * sizeof(*frame));
    memcpy(&frame[FRAME_RETURN], &entry, sizeof(entry));
    f->sp = frame;
    f->asan_stack = NULL;
}

void exo_fibre_arrived(struct fibre *self)
{
    (void)self;
#ifdef HAVE_ASAN
    __sanitizer_finish_switch_fiber(self->asan_stack, NULL, NULL);
#endif
}

void exo_fibre_switch(struct fibre *from, struct fibre *to, int last)
{
    (void)last;
#ifdef HAVE_ASAN
    __sanitizer_start_switch_fiber(last ? NULL : &from->asan_stack, to->stack, to->stack_bytes);
#endif
    exo_fibre_jump(&from->sp, to->sp);
    exo_fibre_arrived(from);
}
