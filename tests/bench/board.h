// What a program needs on the board of board.ld: a start, a way to print through the debugger, and an end.
#include <stdint.h>

extern unsigned char data[], data_end[], data_in_flash[], bss[], end[];
void start(void);
static void work(void);
__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {(void (*)(void))0x20010000, start};

static void debugger(int operation, const void *argument) {
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static void put(uint32_t value) {
    char text[10];
    for (int i = 0; i < 8; i++) text[i] = "0123456789abcdef"[value >> (28 - 4 * i) & 15];
    text[8] = '\n';
    text[9] = 0;
    debugger(4, text);
}

void start(void) {
    for (unsigned char *to = data, *from = data_in_flash; to < data_end;) *to++ = *from++;
    for (unsigned char *to = bss; to < end;) *to++ = 0;
    work();
    debugger(0x18, (const void *)0x20026);
    for (;;) {}
}
