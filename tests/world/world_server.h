/* SPDX-License-Identifier: ISC */
/* A scripted world on real sockets, one process, one loop. */
#ifndef WORLD_SERVER_H
#define WORLD_SERVER_H

#include "world.h"

struct world_server;

/* Listens over UDP and TCP on every address of the world, all on one port; 0: one that is free on
 * all of them. Ends the program when it cannot. */
struct world_server *world_server_open(struct world *w, unsigned port);
unsigned world_server_port(const struct world_server *s);

/* Serves until the descriptor `until` becomes readable, or closes; -1: for ever. */
void world_server_run(struct world_server *s, int until);
void world_server_close(struct world_server *s);

/* Starts the script's clock at zero now. */
void world_server_restart(struct world_server *s);

#endif
