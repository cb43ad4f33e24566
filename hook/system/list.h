/* SPDX-License-Identifier: ISC */
#ifndef LIST_H
#define LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Makes room for one more element in an array of `count` elements of `size` bytes at *list, which
 * starts as NULL and grows by doubling. False when memory ran out; the array is then as before. */
bool list_grow(void *list, size_t count, size_t size);

#endif
