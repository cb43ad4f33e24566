/* SPDX-License-Identifier: ISC */
/* How many files and sockets this process may have open, and what stands for those that are closed.
 */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

/* A descriptor that nothing comes from, and that takes nothing; -1, with errno. */
int descriptors_empty(void);

/* Raises the limit to what a run over many names needs, as far as the caller allows. */
void descriptors_raise(void);

/* Restores the caller's limit, in a child that is about to become another program. */
void descriptors_give_back(void);

#endif
