// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests and their answers. Called by the HTTP library, which library.c starts;
 * what a request asks for is decided in route.c, what is forbidden in admit.c.
 */
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "admit.h"
#include "attempt.h"
#include "body.h"
#include "console.h"
#include "http.h"
#include "key.h"
#include "reply.h"
#include "run.h"
#include "sample.h"
#include "xend.h"

#define POLICY "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * struct exchange - a request and its answer
 * @c: its connection, for the library; NULL: that is gone
 * @conn: and for us
 * @uri: path and query, as they were sent
 * @method: of the request
 * @body: what came of its body
 * @len: how much
 * @status: what is wrong with it; 0: nothing so far
 * @begun: its head has been looked at
 * @answered: the reply is there
 * @allowed: it has a key
 * @ask: what it asks for
 * @reply: what it gets
 */
struct exchange {
	struct MHD_Connection *c;
	struct xend_conn *conn;
	char *uri;
	char *method;
	char *body;
	size_t len;
	unsigned int status;
	bool begun;
	bool answered;
	bool allowed;
	struct xend_ask ask;
	struct xend_reply reply;
};

static struct xend_admit admit;
/* Nothing is begun any more. */
static bool leaving;

/**
 * xend_http_init() - before there are requests
 * @c: the configuration, which stays
 * @file: where it was read, if not in the usual places; stays
 * @key: what leads to the port on this host; may be made and made void later
 */
void xend_http_init(const struct xm_xendconf *c, const char *file,
		    const struct xend_key *key)
{
	xend_admit_init(&admit, c, file, key);
}

/* From now on what is under way is finished, and nothing else is begun. */
void xend_http_leave(void)
{
	leaving = true;
}

static void protect(struct MHD_Response *response)
{
	static const char *const headers[][2] = {
		{ "Cache-Control", "no-store" },
		{ "Content-Security-Policy", POLICY },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
		{ "Referrer-Policy", "no-referrer" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "X-Frame-Options", "DENY" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		MHD_add_response_header(response, headers[i][0],
					headers[i][1]);
}

static enum MHD_Result queue(struct exchange *ex, unsigned int status,
			     struct MHD_Response *response)
{
	enum MHD_Result ret;

	protect(response);
	/* Its place is for others: it could have it for ever, one request after the other. */
	if (!ex->allowed || leaving)
		MHD_add_response_header(response, "Connection", "close");
	xend_conn_phase(ex->conn, XEND_SEND);
	ret = MHD_queue_response(ex->c, status, response);
	MHD_destroy_response(response);
	return ret;
}

static enum MHD_Result send_reply(struct exchange *ex)
{
	struct MHD_Response *response;

	response = MHD_create_response_from_buffer(ex->reply.len,
						   ex->reply.text,
						   MHD_RESPMEM_MUST_FREE);
	ex->reply.text = NULL;
	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", "application/json");
	if (ex->reply.status == 401)
		MHD_add_response_header(response, "WWW-Authenticate",
					"Bearer");
	if (ex->reply.status == 503 || ex->reply.status == 429)
		MHD_add_response_header(response, "Retry-After", "1");
	return queue(ex, ex->reply.status, response);
}

static enum MHD_Result refuse(struct exchange *ex, unsigned int status,
			      const char *message)
{
	xend_reply_error(&ex->reply, status, message);
	return send_reply(ex);
}

/* It is there, and the library may go on with this connection. */
static void answer(struct exchange *ex)
{
	ex->answered = true;
	MHD_resume_connection(ex->c);
}

static void on_run(void *arg, int exit_status, char *out, char *err)
{
	struct exchange *ex = arg;

	xend_reply_run(&ex->reply, ex->ask.shape, exit_status, out, err);
	answer(ex);
}

static void on_password(void *arg, bool right)
{
	struct exchange *ex = arg;
	const char *token = right ? xend_login_new(xm_clock()) : NULL;
	char *json;

	if (token) {
		json = xm_asprintf("{\"token\": \"%s\", \"expires_s\": %d}",
				   token, XEND_LOGIN_LIFE);
		xend_reply_json(&ex->reply, json);
		free(json);
	} else {
		xend_reply_error(&ex->reply, 401, "this is not the password");
	}
	answer(ex);
}

static enum MHD_Result start(struct exchange *ex, struct xend_command *command)
{
	command->input = ex->ask.input;
	command->seconds = ex->ask.seconds;
	command->arg = ex;
	xend_conn_phase(ex->conn, XEND_WORK);
	MHD_suspend_connection(ex->c);
	if (!xend_run_add(command)) {
		xend_reply_error(&ex->reply, 503, NULL);
		answer(ex);
	}
	return MHD_YES;
}

/* Who has asked, for the log: on this host by which way, of other hosts which. */
static const char *asker(const struct xend_conn *conn)
{
	if (conn->door->root)
		return "socket";
	return conn->door->tls ? conn->peer.text : "port";
}

/* What changes something stands in the log. */
static enum MHD_Result start_xm(struct exchange *ex)
{
	char *what = xend_ask_text(&ex->ask);
	struct xend_command command = {
		.program = xend_xm(), .argv = ex->ask.argv, .done = on_run,
	};
	enum MHD_Result ret;

	if (strcmp(ex->method, "GET")) {
		command.door = asker(ex->conn);
		command.what = what;
	}
	ret = start(ex, &command);
	free(what);
	return ret;
}

static enum MHD_Result login(struct exchange *ex)
{
	unsigned int status;

	if (!ex->conn->door->tls)
		return refuse(ex, XEND_UNKNOWN, "on this host the token is the key: 'xend --url'");
	xend_conn_phase(ex->conn, XEND_WORK);
	MHD_suspend_connection(ex->c);
	status = xend_attempt(&ex->conn->peer, ex->ask.input, admit.file,
			      on_password, ex);
	if (status) {
		xend_reply_error(&ex->reply, status, NULL);
		answer(ex);
	}
	return MHD_YES;
}

static enum MHD_Result show_about(struct exchange *ex)
{
	char *json = xm_asprintf("{\"version\": \"%s\", \"api\": 1, \"login\": \"%s\"}",
				 XEND_VERSION,
				 ex->conn->door->tls ? "password" : "token");

	xend_reply_json(&ex->reply, json);
	free(json);
	return send_reply(ex);
}

static enum MHD_Result show_file(struct exchange *ex)
{
	struct MHD_Response *response = xend_page(ex->ask.name);

	if (!response)
		return refuse(ex, XEND_UNKNOWN, NULL);
	return queue(ex, 200, response);
}

static enum MHD_Result logout(struct exchange *ex)
{
	const char *key = MHD_lookup_connection_value(ex->c, MHD_HEADER_KIND,
						      "Authorization");

	if (key && xm_starts(key, "Bearer "))
		xend_login_end(key + strlen("Bearer "));
	xend_reply_json(&ex->reply, "{}");
	return send_reply(ex);
}

static void on_console(void *arg, const char *json)
{
	struct exchange *ex = arg;

	xend_reply_json(&ex->reply, json);
	answer(ex);
}

static enum MHD_Result watch_console(struct exchange *ex)
{
	xend_conn_phase(ex->conn, XEND_WORK);
	MHD_suspend_connection(ex->c);
	if (!xend_console_watch(ex->ask.name, ex->ask.number, on_console, ex)) {
		xend_reply_error(&ex->reply, 503, NULL);
		answer(ex);
	}
	return MHD_YES;
}

static enum MHD_Result type_console(struct exchange *ex)
{
	switch (xend_console_type(ex->ask.name, ex->ask.input)) {
	case XEND_TYPED:
		xend_reply_json(&ex->reply, "{}");
		return send_reply(ex);
	case XEND_TYPED_FULL:
		return refuse(ex, 503, "the guest has not taken yet what was typed before; try again");
	default:
		return refuse(ex, 409, "nobody looks at this console");
	}
}

static enum MHD_Result carry_out(struct exchange *ex)
{
	const char *stats;
	int status = xend_route(&ex->ask, ex->method, ex->uri, ex->body,
				ex->len);

	/* Once more, by what will be done. */
	if (!ex->allowed && (status || !xend_ask_is_open(&ex->ask)))
		return refuse(ex, 401, NULL);
	if (leaving)
		return refuse(ex, 503, XEND_LEAVES);
	if (status)
		return refuse(ex, status, ex->ask.error);
	switch (ex->ask.op) {
	case XEND_VERB:
		return start_xm(ex);
	case XEND_STATS:
		stats = xend_sample();
		if (!stats)
			return refuse(ex, 503, "there are no counters yet; try again");
		xend_reply_json(&ex->reply, stats);
		return send_reply(ex);
	case XEND_WATCH_CONSOLE:
		return watch_console(ex);
	case XEND_TYPE_CONSOLE:
		return type_console(ex);
	case XEND_LOGIN:
		return login(ex);
	case XEND_LOGOUT:
		return logout(ex);
	case XEND_FILE:
		return show_file(ex);
	default:
		return show_about(ex);
	}
}

static void begin(struct exchange *ex, const char *method)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(ex->c,
					MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	ex->begun = true;
	ex->conn = info->socket_context;
	ex->method = xm_strdup(method);
	ex->status = xend_admit(&admit, ex->c, ex->conn->door, method,
				ex->uri, &ex->allowed);
	xend_conn_phase(ex->conn, XEND_BODY);
}

static void take(struct exchange *ex, const char *data, size_t len)
{
	if (ex->len + len > XEND_BODY_MAX)
		ex->status = ex->status ? ex->status : 413;
	if (ex->status)
		return;
	ex->body = realloc(ex->body, ex->len + len + 1);
	if (!ex->body)
		xm_no_memory();
	memcpy(ex->body + ex->len, data, len);
	ex->len += len;
	ex->body[ex->len] = '\0';
}

/* For the library: called for the head, for parts of the body, and when all is there. */
enum MHD_Result xend_http_request(void *cls, struct MHD_Connection *c,
				  const char *url, const char *method,
				  const char *version, const char *data,
				  size_t *len, void **context)
{
	struct exchange *ex = *context;

	(void)cls;
	(void)url;
	(void)version;
	if (!ex)
		return MHD_NO;
	if (!ex->begun) {
		ex->c = c;
		begin(ex, method);
		/* Without waiting for a body that nobody wants. */
		return ex->status ? refuse(ex, ex->status, NULL) : MHD_YES;
	}
	if (*len) {
		take(ex, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (ex->answered)
		return send_reply(ex);
	if (ex->status)
		return refuse(ex, ex->status, NULL);
	if (ex->len && !xend_admit_json(c))
		return refuse(ex, 415, NULL);
	return carry_out(ex);
}

/* For the library: a request begins. */
void *xend_http_uri(void *cls, const char *uri, struct MHD_Connection *c)
{
	struct exchange *ex = xm_calloc(1, sizeof(*ex));

	(void)cls;
	(void)c;
	ex->uri = xm_strdup(uri);
	return ex;
}

/* For the library: a request is over, answered or not. */
void xend_http_end(void *cls, struct MHD_Connection *c, void **context,
		   enum MHD_RequestTerminationCode why)
{
	struct exchange *ex = *context;

	(void)cls;
	(void)c;
	(void)why;
	*context = NULL;
	if (!ex)
		return;
	xend_run_forget(ex);
	xend_attempt_forget(ex);
	xend_console_forget(ex);
	if (ex->conn)
		xend_conn_phase(ex->conn, XEND_IDLE);
	xend_ask_free(&ex->ask);
	if (ex->body)
		explicit_bzero(ex->body, ex->len);
	free(ex->reply.text);
	free(ex->body);
	free(ex->method);
	free(ex->uri);
	free(ex);
}
