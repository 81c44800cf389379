/* The command's small parts: JSON, SHA-256, the answer while llama-server is down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/child.h"
#include "cli/http.h"
#include "cli/json.h"
#include "cli/sha256.h"

static void json_puts_commas_and_escapes_where_they_belong(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    struct json j = {.file = file};
    (void)state;
    json_begin_object(&j, NULL);
    json_string(&j, "a", "say \"hi\"\n\\");
    json_begin_array(&j, "list");
    json_integer(&j, NULL, 1);
    json_integer(&j, NULL, UINT64_MAX);
    json_end_array(&j);
    json_begin_object(&j, "empty");
    json_end_object(&j);
    json_number(&j, "none", NAN);
    json_bool(&j, "yes", true);
    json_end_object(&j);
    fclose(file);
    assert_string_equal(
        "{\"a\":\"say \\\"hi\\\"\\u000a\\\\\",\"list\":[1,18446744073709551615],\"empty\":{},\"none\":null,\"yes\":true}\n",
        text);
    free(text);
}

static void json_lookup_takes_keys_not_values(void **state)
{
    const char *text = "{\"x\": \"n\", \"sub\": {\"n\" : -2.5e1}, \"s\": \"a\\\"b\"}";
    double number = 0;
    char string[8];
    (void)state;
    assert_true(json_find_number(text, "n", &number));
    assert_true(number == -25.0);
    assert_true(json_find_string(text, "s", string, sizeof string));
    assert_string_equal("a\"b", string);
    assert_false(json_find_number(text, "s", &number));
    assert_false(json_find_number(text, "missing", &number));
}

static void json_lookup_survives_cut_off_text(void **state)
{
    const char *whole = "{\"key\": \"value \\\"x\\\"\", \"n\": 12}";
    char cut[64], out[4] = "";
    double number;
    (void)state;
    for (size_t n = 0; n <= strlen(whole); n++) {
        memset(cut, 0, sizeof cut);
        memcpy(cut, whole, n);
        (void)json_find_string(cut, "key", out, sizeof out);
        (void)json_find_number(cut, "n", &number);
        assert_true(strlen(out) < sizeof out);
    }
}

/* The examples of FIPS 180-4, and a million times "a". */
static void sha256_gives_the_standards_sums(void **state)
{
    char text[SHA256_TEXT_SIZE];
    struct sha256 s;
    (void)state;
    sha256_start(&s);
    sha256_end(&s, text);
    assert_string_equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", text);
    sha256_start(&s);
    sha256_add(&s, "abc", 3);
    sha256_end(&s, text);
    assert_string_equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", text);
    sha256_start(&s);
    for (int i = 0; i < 1000000; i++) {
        sha256_add(&s, "a", 1);
    }
    sha256_end(&s, text);
    assert_string_equal("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", text);
}

/* ---- the answer while llama-server is down ------------------------------------------------------------------------------- */

enum { PORT = 28461 };

struct answering {
    int listener;
    atomic_int stop;
    const char *folder;
};

static void *answer_until_stopped(void *user)
{
    struct answering *a = user;
    while (!a->stop) {
        http_answer_waiting(a->listener, a->folder, "The card is gone: \"all ones\".");
        usleep(2000);
    }
    return NULL;
}

static void down_server_answers_with_the_sentence_and_serves_the_page(void **state)
{
    char folder[] = "/tmp/exosuit-test-XXXXXX", path[64], body[512];
    pthread_t thread;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/index.html", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("<p>page", file);
    fclose(file);
    struct answering a = {.listener = http_listen(PORT), .folder = folder};
    assert_true(a.listener >= 0);
    assert_int_equal(-EADDRINUSE, http_listen(PORT));
    assert_int_equal(0, pthread_create(&thread, NULL, answer_until_stopped, &a));

    assert_int_equal(503, http_get(PORT, "/v1/models", 2000, body, sizeof body));
    assert_string_equal(
        "{\"error\":{\"code\":503,\"type\":\"unavailable_error\",\"message\":\"The card is gone: \\\"all ones\\\".\"}}\n", body);
    assert_int_equal(200, http_get(PORT, "/", 2000, body, sizeof body));
    assert_string_equal("<p>page", body);
    assert_int_equal(200, http_get(PORT, "/index.html?x", 2000, body, sizeof body));
    assert_int_equal(503, http_get(PORT, "/../index.html", 2000, body, sizeof body));
    assert_int_equal(503, http_get(PORT, "/..%2findex.html", 2000, body, sizeof body));
    assert_int_equal(503, http_get(PORT, "/missing.js", 2000, body, sizeof body));

    a.stop = 1;
    pthread_join(thread, NULL);
    close(a.listener);
    assert_true(http_get(PORT, "/", 200, body, sizeof body) < 0);
    unlink(path);
    rmdir(folder);
}

static void child_is_captured_described_and_stopped(void **state)
{
    char *output = NULL, what[96];
    struct child c = {0};
    (void)state;
    assert_int_equal(3, child_capture("/bin/sh", (char *[]){"sh", "-c", "echo hello; exit 3", NULL}, NULL, &output));
    assert_string_equal("hello\n", output);
    free(output);
    assert_int_equal(0, child_start(&c, "/bin/sleep", (char *[]){"sleep", "30", NULL}, NULL));
    assert_true(child_is_running(&c));
    uint64_t start = now_ms();
    child_stop(&c, 5000);
    assert_true(now_ms() - start < 4000);
    assert_false(child_is_running(&c));
    child_describe(&c, what, sizeof what);
    assert_non_null(strstr(what, "signal 15"));
    assert_int_equal(0, child_start(&c, "/no/such/program", (char *[]){"x", NULL}, NULL));
    while (child_is_running(&c)) {
        usleep(1000);
    }
    child_describe(&c, what, sizeof what);
    assert_string_equal("could not be started", what);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_puts_commas_and_escapes_where_they_belong),
        cmocka_unit_test(json_lookup_takes_keys_not_values),
        cmocka_unit_test(json_lookup_survives_cut_off_text),
        cmocka_unit_test(sha256_gives_the_standards_sums),
        cmocka_unit_test(down_server_answers_with_the_sentence_and_serves_the_page),
        cmocka_unit_test(child_is_captured_described_and_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
