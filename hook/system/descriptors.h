/* SPDX-License-Identifier: ISC */
/* How many files and sockets this process may have open. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

/* Raises the limit to what a run over many names needs, as far as the caller allows. */
void descriptors_raise(void);

/* Restores the caller's limit, in a child that is about to become another program. */
void descriptors_give_back(void);

#endif
