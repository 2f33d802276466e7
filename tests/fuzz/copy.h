/*
 * copy.h --
 *
 *      What the fuzzers share: the input as a text.
 */

#ifndef COPY_H
#define COPY_H

#include <stdlib.h>
#include <string.h>

/*
 * Returns a copy of its own, so that whoever reads beyond its end is found.
 */
static char *
Copy(const void *data, size_t size)
{
    char *text = malloc(size + 1);

    if (text == NULL) {
        abort();
    }
    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

#endif /* COPY_H */
