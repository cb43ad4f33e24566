/* SPDX-License-Identifier: ISC */
#include "say.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "outlet.h"
#include "system_log.h"

#define PROGRAM "dns01gate"
/* lego reads lines of up to 64 KiB; a person reads less. */
#define LINE_LEN 2048

#define KEPT_LEN 8192

static bool to_syslog;
static bool keeping;
static char kept[KEPT_LEN];
/* Lines that nobody took. */
static unsigned lost;

void say_to_syslog(void)
{
	to_syslog = true;
}

bool say_goes_to_syslog(void)
{
	return to_syslog;
}

bool say_raw(const char *text, size_t len)
{
	return outlet_put(outlet_of(STDERR_FILENO), text, len);
}

char *say_printable(char *buf, size_t size, const char *text)
{
	size_t len = 0;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		bool printable = c >= 0x20 && c < 0x7f;

		if (len + (printable ? 1 : 4) >= size)
			break;
		if (printable)
			buf[len++] = (char)c;
		else
			len += (size_t)snprintf(buf + len, size - len, "\\%03u", c);
	}
	buf[len] = '\0';
	return buf;
}

/* A line with its end, for stderr. */
static bool put(int priority, const char *line)
{
	const char *text = line + strlen(PROGRAM ": ");

	if (to_syslog)
		return system_log(priority, text + strspn(text, " "));
	return say_raw(line, strlen(line));
}

static void say_line(enum say_level level, const char *format, va_list args)
{
	static const int priority[] = {[SAY_ERROR] = LOG_ERR,
				       [SAY_WARNING] = LOG_WARNING,
				       [SAY_NOTICE] = LOG_NOTICE,
				       [SAY_INFO] = LOG_INFO};
	char text[LINE_LEN], line[LINE_LEN] = PROGRAM ": ", missed[80];
	size_t len = strlen(line);

	if (vsnprintf(text, sizeof(text), format, args) < 0)
		return;
	say_printable(line + len, sizeof(line) - len - 2, text);
	strcat(line, "\n");
	if (keeping && !to_syslog && level <= SAY_WARNING &&
	    strlen(kept) + strlen(line) < sizeof(kept))
		strcat(kept, line);
	snprintf(missed, sizeof(missed), PROGRAM ": %u line%s could not be written here\n", lost,
		 lost == 1 ? "" : "s");
	if (lost > 0 && put(LOG_WARNING, missed))
		lost = 0;
	lost += !put(priority[level], line);
}

void say_last(const char *text)
{
	char line[LINE_LEN];

	snprintf(line, sizeof(line), PROGRAM ": %s\n", text);
	if (to_syslog)
		system_log_last(LOG_ERR, text);
	else
		outlet_last(outlet_of(STDERR_FILENO), line, strlen(line));
}

void say_end(void)
{
	outlet_end(outlet_of(STDERR_FILENO));
}

void say_keep(void)
{
	keeping = true;
}

void say_kept(void)
{
	int fd = isatty(STDERR_FILENO)
		     ? -1
		     : open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	char *line, *rest = NULL;
	struct outlet terminal;

	if (fd >= 0) {
		outlet_open(&terminal, fd);
		outlet_put(&terminal, kept, strlen(kept));
		outlet_close(&terminal);
	}
	for (line = strtok_r(kept, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		line += strlen(PROGRAM ": ");
		system_log(LOG_ERR, line + strspn(line, " "));
	}
}

void say_at(enum say_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_line(level, format, args);
	va_end(args);
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_line(SAY_ERROR, format, args);
	va_end(args);
}
