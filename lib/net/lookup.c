/* SPDX-License-Identifier: ISC */
/*
 * The thread and the loop share nothing but a pair of connected sockets, each end with one owner:
 * the thread has its task and its end, the loop the other end. So either may end first: a result
 * that nobody waits for is not delivered, and one that came lies in the socket.
 */
#include "lookup.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "transport.h"

struct dg_lookup {
	int fd;
};

struct task {
	char *host;
	uint8_t family;
	uint16_t port;
	int fd;
};

static void task_free(struct task *task)
{
	if (task == NULL)
		return;
	if (task->fd >= 0)
		close(task->fd);
	free(task->host);
	free(task);
}

static bool copy_address(struct dg_addr *ret_addr, const struct sockaddr *from, uint16_t port)
{
	bool good = dg_addr_of_sockaddr(ret_addr, from);

	ret_addr->port = port;
	return good;
}

static void look_up(const struct task *task, struct dg_looked_up *found)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL, *a;

	if (task->family != 0)
		hints.ai_family = task->family == 4 ? AF_INET : AF_INET6;

	found->problem = getaddrinfo(task->host, NULL, &hints, &list);
	found->error = errno;
	if (found->problem != 0)
		return;
	for (a = list; a != NULL && found->count < DG_MAX_LOOKED_UP; a = a->ai_next)
		found->count += copy_address(&found->addr[found->count], a->ai_addr, task->port);
	freeaddrinfo(list);
	if (found->count == 0)
		found->problem = EAI_NONAME;
}

static void *run(void *argument)
{
	struct task *task = argument;
	struct dg_looked_up found;

	/* All octets of it go through the socket. */
	memset(&found, 0, sizeof(found));
	look_up(task, &found);
	/* Fits into any socket's buffer; when the other end is closed nobody wants to know. */
	send(task->fd, &found, sizeof(found), MSG_NOSIGNAL);
	task_free(task);
	return NULL;
}

/* A signal that ends the program is the main thread's to hear. */
static int start_thread(struct task *task)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int error = pthread_attr_init(&attributes);

	if (error != 0)
		return error;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, &attributes, run, task);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return error;
}

enum dg_status dg_lookup_new(struct dg_lookup **ret_lookup, const char *host, uint8_t family,
			     uint16_t port)
{
	struct dg_lookup *l = calloc(1, sizeof(*l));
	struct task *task = calloc(1, sizeof(*task));
	enum dg_status status = DG_ENOMEM;
	int end[2];

	if (l != NULL)
		l->fd = -1;
	if (task != NULL)
		task->fd = -1;
	if (l == NULL || task == NULL)
		goto out;
	task->port = port;
	task->family = family;
	task->host = dg_copy_text(host);
	if (task->host == NULL)
		goto out;
	status = DG_ESYSTEM;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) != 0)
		goto out;
	l->fd = end[0];
	task->fd = end[1];
	if (start_thread(task) != 0)
		goto out;
	*ret_lookup = l;
	return DG_OK;
out:
	task_free(task);
	dg_lookup_free(l);
	return status;
}

void dg_lookup_free(struct dg_lookup *l)
{
	if (l == NULL)
		return;
	if (l->fd >= 0)
		close(l->fd);
	free(l);
}

int dg_lookup_fd(const struct dg_lookup *l)
{
	return l->fd;
}

void dg_lookup_take(struct dg_lookup *l, struct dg_looked_up *ret_found)
{
	memset(ret_found, 0, sizeof(*ret_found));
	if (recv(l->fd, ret_found, sizeof(*ret_found), MSG_WAITALL) == sizeof(*ret_found))
		return;
	memset(ret_found, 0, sizeof(*ret_found));
	ret_found->problem = EAI_FAIL;
}

const char *dg_lookup_problem(const struct dg_looked_up *found)
{
	return found->problem == EAI_SYSTEM ? strerror(found->error) : gai_strerror(found->problem);
}
