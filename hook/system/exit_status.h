/* SPDX-License-Identifier: ISC */
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

/* The exit statuses of the manual, a signal's apart (128 and its number). */
enum exit_status {
	EXIT_VISIBLE = 0,
	EXIT_TIMEOUT = 1,
	EXIT_FAULT = 2,
	EXIT_ENVIRONMENT = 3,
	EXIT_UNPUBLISHED = 4,
	EXIT_USAGE = 64,
	EXIT_INTERNAL = 70
};

#endif
