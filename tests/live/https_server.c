/* SPDX-License-Identifier: ISC */
/*
 * https_server CERT KEY HANDLER [PORT]: an HTTPS server for tests, whose answers a program makes.
 *
 * It listens on that port of 127.0.0.1, or a free one, and prints it, until its standard input
 * ends. A connection that begins with CONNECT is a proxy's, to whatever host: it is served all the
 * same, so that one server stands for all hosts that its certificate names. For each request the
 * HANDLER is run with the request on its standard input; what it prints goes out as it comes, and
 * its end is the connection's.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>

#define REQUEST_MAX 65536

static void need(int good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(1);
}

/* Reads up to an empty line, octet by octet, since TLS follows. */
static size_t read_head(int fd, char *head, size_t size)
{
	size_t len = 0;

	while (len + 1 < size && read(fd, head + len, 1) == 1) {
		head[++len] = '\0';
		if (len >= 4 && strcmp(head + len - 4, "\r\n\r\n") == 0)
			return len;
	}
	return 0;
}

static int begin_tunnel(int fd)
{
	static const char good[] = "HTTP/1.1 200 Connection established\r\n\r\n";
	char first = 0, head[4096];

	if (recv(fd, &first, 1, MSG_PEEK) != 1)
		return 0;
	if (first != 'C')
		return 1;
	return read_head(fd, head, sizeof(head)) > 0 &&
	       write(fd, good, strlen(good)) == (ssize_t)strlen(good);
}

/* A whole request: its head, and as much of a body as that says. */
static size_t read_request(SSL *ssl, char *request)
{
	size_t len = 0, body = 0;
	char *end = NULL, *line;

	while (len < REQUEST_MAX - 1) {
		int n = SSL_read(ssl, request + len, (int)(REQUEST_MAX - 1 - len));

		if (n <= 0)
			return 0;
		len += (size_t)n;
		request[len] = '\0';
		end = strstr(request, "\r\n\r\n");
		if (end == NULL)
			continue;
		for (line = request; line < end; line = strstr(line, "\r\n") + 2)
			if (strncasecmp(line, "content-length:", 15) == 0)
				body = strtoul(line + 15, NULL, 10);
		if (len >= (size_t)(end + 4 - request) + body)
			return len;
	}
	return 0;
}

static void answer(SSL *ssl, const char *handler, const char *request, size_t len)
{
	int in[2], out[2];
	char octets[4096];
	ssize_t n;
	pid_t pid;

	need(pipe(in) == 0 && pipe(out) == 0, "pipe");
	pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		execlp("sh", "sh", handler, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	if (write(in[1], request, len) != (ssize_t)len)
		perror("handler");
	close(in[1]);
	while ((n = read(out[0], octets, sizeof(octets))) > 0)
		if (SSL_write(ssl, octets, (int)n) <= 0)
			break;
	close(out[0]);
	waitpid(pid, NULL, 0);
}

static void serve(int fd, SSL_CTX *ctx, const char *handler)
{
	static char request[REQUEST_MAX];
	SSL *ssl = SSL_new(ctx);
	size_t len;

	alarm(60);
	if (ssl == NULL || !begin_tunnel(fd))
		return;
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) != 1)
		return;
	len = read_request(ssl, request);
	if (len > 0)
		answer(ssl, handler, request, len);
	SSL_shutdown(ssl);
	SSL_free(ssl);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	need((argc == 4 || argc == 5) && ctx != NULL, "https_server CERT KEY HANDLER [PORT]");
	address.sin_port = htons((uint16_t)(argc == 5 ? atoi(argv[4]) : 0));
	need(SSL_CTX_use_certificate_chain_file(ctx, argv[1]) == 1 &&
		 SSL_CTX_use_PrivateKey_file(ctx, argv[2], SSL_FILETYPE_PEM) == 1,
	     "certificate");
	need(listener >= 0 && bind(listener, (struct sockaddr *)&address, size) == 0 &&
		 listen(listener, 32) == 0 &&
		 getsockname(listener, (struct sockaddr *)&address, &size) == 0,
	     "listen");
	signal(SIGPIPE, SIG_IGN);
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);
	for (;;) {
		struct pollfd set[2] = {{.fd = listener, .events = POLLIN},
					{.fd = 0, .events = POLLIN}};
		int fd;

		poll(set, 2, 100);
		while (waitpid(-1, NULL, WNOHANG) > 0) {
		}
		if (set[1].revents != 0)
			return 0;
		fd = (set[0].revents & POLLIN) != 0 ? accept(listener, NULL, NULL) : -1;
		if (fd < 0)
			continue;
		if (fork() == 0) {
			close(listener);
			serve(fd, ctx, argv[3]);
			_exit(0);
		}
		close(fd);
	}
}
