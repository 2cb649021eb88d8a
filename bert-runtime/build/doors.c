/* Doors to the functions of a library that is loaded when one of them is first called. DOORS lists the functions as DOOR(number, name), FILE_NAME is
   what is loaded, and ABSENT is what functions give where it cannot be. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOINED(a, b) a##_##b
#define JOIN(a, b) JOINED(a, b)
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define OWN(name) JOIN(bert_doors, JOIN(LIBRARY, name))

#define DOOR(number, name) #name,
static const char *const names[] = {
#include DOORS
};
#undef DOOR

__attribute__((used, visibility("hidden"))) void *OWN(rooms)[sizeof names / sizeof *names];

static long absent(void) { return ABSENT; }
static const char *absent_text(void) { return FILE_NAME " cannot be loaded"; }

static void *load_from(const char *folder, const char *below) {
    char path[4096];
    if (folder == NULL || snprintf(path, sizeof path, "%s%s/" FILE_NAME, folder, below) >= (int)sizeof path) return NULL;
    return dlopen(path, RTLD_NOW);
}

/* Where the system looks, and then where toolkits are. */
static void *load(void) {
    void *library = dlopen(FILE_NAME, RTLD_NOW);
    if (library == NULL) library = load_from(getenv("CUDA_HOME"), "/lib64");
    if (library == NULL) library = load_from(getenv("CUDA_PATH"), "/lib64");
    if (library == NULL) library = load_from("/usr/local/cuda", "/lib64");
    return library;
}

__attribute__((used, visibility("hidden"))) void *OWN(open)(unsigned number) {
    void *library = load();
    void *function = library == NULL ? NULL : dlsym(library, names[number]);
    if (function == NULL) {
        const int is_text = strstr(names[number], "GetErrorString") != NULL && strncmp(names[number], "nvrtc", 5) == 0;
        const int is_status_text = strstr(names[number], "GetStatus") != NULL;
        return is_text || is_status_text ? (void *)absent_text : (void *)absent;
    }
    __atomic_store_n(&OWN(rooms)[number], function, __ATOMIC_RELEASE);
    return function;
}

/* All registers that hold arguments are kept while a door is opened. */
__asm__(".text\n"
        ".type " TEXT(OWN(enter)) ", @function\n" TEXT(OWN(enter)) ":\n"
        "  subq $184, %rsp\n"
        "  movq %rdi, 0(%rsp)\n  movq %rsi, 8(%rsp)\n  movq %rdx, 16(%rsp)\n  movq %rcx, 24(%rsp)\n"
        "  movq %r8, 32(%rsp)\n  movq %r9, 40(%rsp)\n  movq %rax, 48(%rsp)\n"
        "  movups %xmm0, 56(%rsp)\n  movups %xmm1, 72(%rsp)\n  movups %xmm2, 88(%rsp)\n  movups %xmm3, 104(%rsp)\n"
        "  movups %xmm4, 120(%rsp)\n  movups %xmm5, 136(%rsp)\n  movups %xmm6, 152(%rsp)\n  movups %xmm7, 168(%rsp)\n"
        "  movl %r11d, %edi\n"
        "  call " TEXT(OWN(open)) "\n"
        "  movq %rax, %r11\n"
        "  movups 56(%rsp), %xmm0\n  movups 72(%rsp), %xmm1\n  movups 88(%rsp), %xmm2\n  movups 104(%rsp), %xmm3\n"
        "  movups 120(%rsp), %xmm4\n  movups 136(%rsp), %xmm5\n  movups 152(%rsp), %xmm6\n  movups 168(%rsp), %xmm7\n"
        "  movq 0(%rsp), %rdi\n  movq 8(%rsp), %rsi\n  movq 16(%rsp), %rdx\n  movq 24(%rsp), %rcx\n"
        "  movq 32(%rsp), %r8\n  movq 40(%rsp), %r9\n  movq 48(%rsp), %rax\n"
        "  addq $184, %rsp\n"
        "  jmp *%r11\n");

#define DOOR(number, name)                                                                                                                 \
    __asm__(".text\n.p2align 4\n.globl " #name "\n.hidden " #name "\n.type " #name ", @function\n" #name ":\n"                             \
            "  movq " TEXT(OWN(rooms)) "+8*" #number "(%rip), %r11\n"                                                                      \
            "  testq %r11, %r11\n  jz 1f\n  jmp *%r11\n"                                                                                   \
            "1: movl $" #number ", %r11d\n  jmp " TEXT(OWN(enter)) "\n");
#include DOORS
__asm__(".section .note.GNU-stack,\"\",@progbits\n.text\n");
