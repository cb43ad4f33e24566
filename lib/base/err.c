/* SPDX-License-Identifier: ISC */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>

#define X(code, text) [code] = text,
static const char *const status_texts[] = {DG_STATUSES(X)};
static const char *const verdict_texts[] = {DG_VERDICTS(X)};
static const char *const state_texts[] = {DG_STATES(X)};
static const char *const severity_texts[] = {DG_SEVERITIES(X)};
static const char *const security_texts[] = {DG_SECURITIES(X)};
#undef X

#define LOOKUP(table, i) ((size_t)(i) < sizeof(table) / sizeof((table)[0]) ? (table)[i] : "unknown")

const char *dg_status_text(enum dg_status status)
{
	return LOOKUP(status_texts, status);
}

const char *dg_verdict_text(enum dg_verdict verdict)
{
	return LOOKUP(verdict_texts, verdict);
}

const char *dg_state_text(enum dg_state state)
{
	return LOOKUP(state_texts, state);
}

const char *dg_severity_text(enum dg_severity severity)
{
	return LOOKUP(severity_texts, severity);
}

const char *dg_security_text(enum dg_security security)
{
	return LOOKUP(security_texts, security);
}

enum dg_status dg_fail(struct dg_error *err, enum dg_status status, const char *format, ...)
{
	va_list args;

	if (err == NULL || err->status != DG_OK)
		return status;
	err->status = status;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return status;
}

enum dg_status dg_fail_memory(struct dg_error *err)
{
	return dg_fail(err, DG_ENOMEM, "out of memory");
}
