// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes answers: JSON of what a command printed, or of what went wrong. Called by
 * http.c and what it calls; pure.
 */
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "reply.h"
#include "uri.h"
#include "xm.h"

/* Put text between quotes; it is UTF-8. */
void xend_json_string(FILE *out, const char *text, size_t len)
{
	fputc('"', out);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", out);
		else if (c < ' ' || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static FILE *open_reply(struct xend_reply *reply)
{
	FILE *out;

	reply->text = NULL;
	reply->len = 0;
	out = open_memstream(&reply->text, &reply->len);
	if (!out)
		xm_no_memory();
	return out;
}

static void put_lines(FILE *out, const char *key, const char *text)
{
	const char *comma = "";

	fprintf(out, "\"%s\": [", key);
	for (const char *p = text; *p;) {
		size_t len = strcspn(p, "\n");

		if (len) {
			fputs(comma, out);
			xend_json_string(out, p, len);
			comma = ", ";
		}
		p += len;
		p += *p == '\n';
	}
	fputc(']', out);
}

/* JSON that stands for itself. */
void xend_reply_json(struct xend_reply *reply, const char *json)
{
	FILE *out = open_reply(reply);

	reply->status = 200;
	fprintf(out, "{\"result\": %s, \"messages\": []}\n", json);
	fclose(out);
}

static const struct meaning {
	int exit_status;	/* 0: of none */
	unsigned int status;
	const char *code;
	const char *text;
} meanings[] = {
	{ XM_USAGE, 400, "bad-request", "the request can't be read" },
	{ 0, 401, "no-key",
	  "a token is needed: 'xend --url' prints the page's address with it" },
	{ 0, 403, "forbidden",
	  "another site's page has asked, or the name is not this host's, or is no more: 'xend --url' prints the page's address"
	},
	{ XM_NOTFOUND, 404, "not-found", "there is no such path" },
	{ 0, 405, "bad-method", "this path has no such method" },
	{ XM_BUSY, 409, "busy", "it is in use" },
	{ 0, 413, "too-large", "the request is too large" },
	{ 0, 415, "bad-type", "the request's Content-Type has to be application/json" },
	{ XM_CONFIG, 422, "bad-config", "the configuration is wrong" },
	{ 0, 429, "slow-down",
	  "a password is being checked, or was wrong a moment ago; try again" },
	{ XM_FAIL, 500, "failed", "it failed" },
	{ XM_NOXEN, 503, "no-xen", "Xen is not running, or can't be reached" },
	{ XM_TIMEOUT, 504, "timeout", "it took too long, and was ended" },
	{ XM_NOMEM, 507, "no-memory", "there is too little memory" },
};

static const struct meaning *of_status(unsigned int status)
{
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].status == status)
			return &meanings[i];
	return of_status(500);
}

static const struct meaning *of_exit(int exit_status)
{
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].exit_status == exit_status)
			return &meanings[i];
	return of_status(500);
}

static void put_error(struct xend_reply *reply, const struct meaning *m,
		      const char *code, const char *text, size_t len,
		      int exit_status, const char *err)
{
	FILE *out = open_reply(reply);

	reply->status = m->status;
	fprintf(out, "{\"error\": {\"code\": \"%s\", \"message\": ", code);
	xend_json_string(out, text, len);
	if (exit_status > 0)
		fprintf(out, ", \"exit\": %d", exit_status);
	fputs("}, ", out);
	put_lines(out, "messages", err);
	fputs("}\n", out);
	fclose(out);
}

/**
 * xend_reply_error() - an answer to what can't be done
 * @reply: filled in
 * @status: HTTP's; 503: too many wait
 * @message: what is wrong; NULL: what that status means
 */
void xend_reply_error(struct xend_reply *reply, unsigned int status,
		      const char *message)
{
	const struct meaning *m = of_status(status);
	const char *code = m->code;

	if (status == 503) {
		code = "overloaded";
		if (!message)
			message = "too much is waiting to be done; try again";
	}
	if (!message)
		message = m->text;
	put_error(reply, m, code, message, strlen(message), 0, "");
}

/* The last line says it: "xm: g1: no such domain; ...". */
static void put_failure(struct xend_reply *reply, const struct meaning *m,
			int exit_status, const char *err)
{
	size_t len = strlen(err);
	const char *last;

	while (len && err[len - 1] == '\n')
		len--;
	for (last = err + len; last > err && last[-1] != '\n'; last--)
		;
	len -= last - err;
	if (xm_starts(last, "xm: ") && len > 4) {
		last += 4;
		len -= 4;
	}
	if (!len) {
		last = m->text;
		len = strlen(last);
	}
	put_error(reply, m, m->code, last, len, exit_status, err);
}

/*
 * One value and nothing else: several of them, or half of one, are none. What stands behind it is
 * looked at here: yajl waits for the rest of a text that it has half of, and says that all is well.
 */
static bool is_document(const char *text, size_t len)
{
	yajl_handle parser = yajl_alloc(NULL, NULL, NULL);
	size_t end;
	bool is;

	if (!parser)
		xm_no_memory();
	yajl_config(parser, yajl_allow_trailing_garbage, 1);
	is = yajl_parse(parser, (const unsigned char *)text, len) == yajl_status_ok;
	end = yajl_get_bytes_consumed(parser);
	is = is && yajl_complete_parse(parser) == yajl_status_ok;
	yajl_free(parser);
	return is && end + strspn(text + end, " \t\n\r") >= len;
}

/* The one in a list of one; NULL: it is no list, or empty. */
static const char *only_of(const char *list, size_t *len)
{
	const char *last = strrchr(list, ']'), *only = list + 1;

	if (*list != '[' || !last)
		return NULL;
	only += strspn(only, " \t\n\r");
	if (only >= last)
		return NULL;
	*len = last - only;
	return only;
}

/* What a command printed as JSON, or what is in its list; NULL: that is not there. */
static const char *json_of(const char *out, enum xend_shape shape, size_t *len)
{
	const char *json = out + strspn(out, " \t\n\r");

	*len = strlen(json);
	if (*json != '[' && *json != '{')
		return NULL;
	if (shape == XEND_FIRST)
		json = only_of(json, len);
	return json && is_document(json, *len) ? json : NULL;
}

/**
 * xend_reply_run() - an answer that an xm has made
 * @reply: filled in
 * @shape: of its output
 * @exit_status: how it ended, or why it was
 * @out: its output; cleaned
 * @err: what it said; cleaned
 */
void xend_reply_run(struct xend_reply *reply, enum xend_shape shape,
		    int exit_status, char *out, char *err)
{
	const char *json;
	FILE *to;
	size_t len;

	xend_text_clean(out);
	xend_text_clean(err);
	if (exit_status == XEND_RUN_LONG) {
		xend_reply_error(reply, 500, "its output was too long, and it was ended");
		return;
	}
	if (exit_status == XEND_RUN_DROPPED) {
		xend_reply_error(reply, 503, XEND_LEAVES);
		return;
	}
	if (exit_status) {
		put_failure(reply, exit_status == XEND_RUN_LATE ?
			    of_status(504) : of_exit(exit_status), exit_status,
			    err);
		return;
	}
	json = shape == XEND_JSON || shape == XEND_FIRST ?
	       json_of(out, shape, &len) : NULL;
	to = open_reply(reply);
	reply->status = 200;
	fputs("{\"result\": ", to);
	if (json) {
		fwrite(json, 1, len, to);
	} else if (shape == XEND_LINES) {
		fputc('{', to);
		put_lines(to, "lines", out);
		fputc('}', to);
	} else {
		fputs("{\"output\": ", to);
		xend_json_string(to, out, strlen(out));
		fputc('}', to);
	}
	fputs(", ", to);
	put_lines(to, "messages", err);
	fputs("}\n", to);
	fclose(to);
}
