/*
 * The PID 1 helper, built as a program of its own from init.c, as bytes of
 * this library: so that it can be run from a sealed memory file, and no path
 * of the host has to be reachable from inside a container.
 */

        .section .rodata
        .balign 16
        .globl  lx_init_image
        .hidden lx_init_image
        .type   lx_init_image, %object
lx_init_image:
        .incbin INIT_IMAGE
        .globl  lx_init_image_end
        .hidden lx_init_image_end
        .type   lx_init_image_end, %object
lx_init_image_end:
        .size   lx_init_image, lx_init_image_end - lx_init_image

        .section .note.GNU-stack, "", %progbits
