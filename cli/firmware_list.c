/* firmware_list.c: see firmware_list.h. */
#include "cli/firmware_list.h"

#define NEWER "Debian 20250410"
#define OLDER "Debian 20230210"

const struct firmware_row firmware_rows[] = {
    {"RX 7900 XTX",
     "psp_13_0_0_sos.bin",
     {{NEWER, "2a211d631750bda24c7c56cef3dbfc34bdae22e78d5d5e6e87ba421596af5609"},
      {OLDER, "0e585dd67c1c1a36076263b9d4f64033684af47005a90b7f34eb355fcfdcdfcf"}}},
    {"RX 7900 XTX",
     "smu_13_0_0.bin",
     {{NEWER, "a654b5f40c90326e9cbd2c67529431b42a62fccb9ef7bedcd12d086a5a45240c"},
      {OLDER, "892728fc9bbadde27637dc578730b0069f9d15ea00b74dfcbf84defc0caef5db"}}},
    {"RX 7900 XTX",
     "sdma_6_0_0.bin",
     {{NEWER, "1f363527ae9eb710dab0749bfd313aa2f993e06f46b1653190e5af4ec51f9c5e"},
      {OLDER, "6c0ee334cb4b71debe65eadd0da2537fab378fc552b736b53afe872703b5d414"}}},
    {"RX 7900 XTX",
     "gc_11_0_0_mec.bin",
     {{NEWER, "a9ba80188b485c458e003cac1bb05bc670c9887ee39c0be4f6ab56ad01b83e44"},
      {OLDER, "74daa9af1046e4b4d7f902ecfd2397d2eb94c6f20be38969d62eefe0340665a7"}}},
    {"RX 7900 XTX",
     "gc_11_0_0_imu.bin",
     {{NEWER, "b4f8fc056b45709a6abf48e7885fb1b4ab8d3cc092cbfa2c554a78564a6403bc"},
      {OLDER, "2a5fd2c6f59b058b855998586640ac806b4c554bab9fb1b1978b1f8e60ed64e2"}}},
    {"RX 7900 XTX",
     "gc_11_0_0_rlc.bin",
     {{NEWER, "dabd49039772d02f5fd5e48dc21d35ad52a6b1283b470dabca86ca159c4c7c8e"},
      {OLDER, "cd0e4f5b5aa9458231b33c78adcb5bfb42014c14583e12639581c62b9074d06f"}}},
};

const int firmware_row_count = sizeof firmware_rows / sizeof firmware_rows[0];
