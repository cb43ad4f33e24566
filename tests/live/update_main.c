/* SPDX-License-Identifier: ISC */
/*
 * update add|remove NAME VALUE [WORD=TEXT]...: dg_update for a test, with everything that can be
 * said to it: server, zone, ttl, key (a name), algorithm, secret (base64), ask (a server to ask
 * instead of discovering), timeout (ms), skew (seconds that the clock is wrong by).
 * DNS01GATE_ROOT_HINTS is heeded. Prints the result, one word a line; exits with 1 when it was not
 * done, 2 when it could not be tried.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "net/net.h"
#include "gate/update_run.h"

struct told {
	struct dg_options options;
	struct dg_update_options update;
	const char *ask;
	uint8_t secret[256];
};

static struct dg_net real;
static long skew;

static int64_t wrong_wall(void *self)
{
	return real.wall(self) + skew;
}

static void read_secret(struct told *t, const char *text)
{
	size_t len = strlen(text);
	int n = len > 300 ? -1 : EVP_DecodeBlock(t->secret, (const uint8_t *)text, (int)len);

	while (n > 0 && len > 0 && text[--len] == '=')
		n--;
	t->update.key.secret = t->secret;
	t->update.key.secret_len = n < 0 ? 0 : (size_t)n;
}

static void read_word(struct told *t, const char *word)
{
	const char *text = strchr(word, '=');
	size_t len = text == NULL ? 0 : (size_t)(text++ - word);

	if (len == 6 && strncmp(word, "server", len) == 0)
		t->update.server = text;
	else if (len == 4 && strncmp(word, "zone", len) == 0)
		t->update.zone = text;
	else if (len == 3 && strncmp(word, "ttl", len) == 0)
		t->update.ttl = (uint32_t)atol(text);
	else if (len == 3 && strncmp(word, "key", len) == 0)
		t->update.key.name = text;
	else if (len == 9 && strncmp(word, "algorithm", len) == 0)
		t->update.key.algorithm = text;
	else if (len == 6 && strncmp(word, "secret", len) == 0)
		read_secret(t, text);
	else if (len == 3 && strncmp(word, "ask", len) == 0)
		t->ask = text;
	else if (len == 7 && strncmp(word, "timeout", len) == 0)
		t->options.timeout = atol(text);
	else if (len == 4 && strncmp(word, "skew", len) == 0)
		skew = atol(text);
	else
		fprintf(stderr, "what is \"%s\"?\n", word);
}

int main(int argc, char **argv)
{
	struct told t = {.update.ttl = 60};
	struct dg_update_order order = {.update = &t.update};
	struct dg_update_result result = {0};
	struct dg_error err = {0};
	struct dg_real_net *net = NULL;
	struct dg_net seam;
	enum dg_status status;
	int i;

	if (argc < 4)
		return 2;
	dg_options_init(&t.options);
	t.options.timeout = 20000;
	t.options.root_hints = getenv("DNS01GATE_ROOT_HINTS");
	for (i = 4; i < argc; i++)
		read_word(&t, argv[i]);
	t.options.servers = &t.ask;
	t.options.nservers = t.ask != NULL;
	order.add = strcmp(argv[1], "add") == 0;
	order.name = argv[2];
	order.value = argv[3];
	status = dg_real_net_new(&net, -1, NULL, &err);
	if (status == DG_OK) {
		seam = real = dg_real_net_seam(net);
		seam.wall = wrong_wall;
		status = dg_update_run_over(&t.options, &order, &seam, &result, &err);
	}
	dg_real_net_free(net);
	if (status != DG_OK) {
		printf("error %s\n", err.text);
		return 2;
	}
	printf("done %d\nowner %s\nzone %s\nserver %s\nserial %lld\ntext %s\nadvice %s\n",
	       result.done, result.owner, result.zone, result.server, (long long)result.serial,
	       result.text, result.advice);
	return !result.done;
}
