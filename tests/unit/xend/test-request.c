// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests: what they ask for, who may, and what is answered. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "origin.h"
#include "policy.h"
#include "reply.h"
#include "route.h"
#include "uri.h"
#include "util.h"

/* How long what comes of it may take. */
static int seconds_of(const char *method, const char *uri)
{
	struct xend_ask ask;
	const char *body = strcmp(method, "POST") ? NULL : "{\"disk\": \"phy:/dev/x,xvdb,w\"}";
	int seconds = xend_route(&ask, method, uri, body, body ? strlen(body) : 0) ?
		      -1 : ask.seconds;

	xend_ask_free(&ask);
	return seconds;
}

/* The command line that a request becomes, or the status. */
static char *words_of(const char *method, const char *uri, const char *body)
{
	struct xend_ask ask;
	char *words = NULL;
	int status = xend_route(&ask, method, uri, body,
				body ? strlen(body) : 0);

	if (status)
		words = xm_asprintf("%d %s", status, ask.error ? ask.error : "");
	for (size_t i = 0; i < ask.argc; i++)
		xm_append(&words, "%s%s", i ? " " : "", ask.argv[i]);
	if (!words)
		words = xm_asprintf("op %d %s", ask.op, ask.name ? ask.name : "");
	if (ask.input)
		xm_append(&words, " <%s", ask.input);
	xend_ask_free(&ask);
	return words;
}

static void is(const char *method, const char *uri, const char *body,
	       const char *want)
{
	char *have = words_of(method, uri, body);

	if (!CHECK_STR(have, want))
		printf("    for %s %s\n", method, uri);
	free(have);
}

static void requests_become_commands(void)
{
	is("GET", "/v1/host", NULL, "info --json");
	is("GET", "/v1/domains", NULL, "list --json");
	is("GET", "/v1/domains?long=1", NULL, "list --json -l");
	is("GET", "/v1/domains/g1", NULL, "list --json -l -- g1");
	is("GET", "/v1/domains/a%2Fb%20c", NULL, "list --json -l -- a/b c");
	is("DELETE", "/v1/domains/-v", NULL, "destroy -- -v");
	is("POST", "/v1/domains/g1/reboot", NULL, "reboot -- g1");
	is("POST", "/v1/domains/g1/reboot", "{}", "reboot -- g1");
	is("GET", "/v1/domains/g1/config", NULL, "config -- g1");
	is("GET", "/v1/domains/g1/disks", NULL, "block-list --json -- g1");
	is("POST", "/v1/domains/g1/disks", "{\"disk\": \"phy:/dev/x,xvdb,w\"}",
	   "block-attach -- g1 phy:/dev/x,xvdb,w");
	is("DELETE", "/v1/domains/g1/disks/xvdb?force=1", NULL,
	   "block-detach -f -- g1 xvdb");
	is("DELETE", "/v1/domains/g1/disks/xvdb?force=0", NULL,
	   "block-detach -- g1 xvdb");
	is("POST", "/v1/domains/g1/interfaces", "{}", "network-attach -- g1");
	is("DELETE", "/v1/domains/g1/interfaces/00:16:3e:00:00:01", NULL,
	   "network-detach -- g1 00:16:3e:00:00:01");
	is("POST", "/v1/domains", "{\"file\": \"-f\", \"set\": [\"memory=64\"], \"paused\": true}",
	   "create -p -- /etc/xen/-f memory=64");
	is("POST", "/v1/domains", "{\"file\": \"/root/g.cfg\"}", "create -- /root/g.cfg");
	is("POST", "/v1/domains", "{\"text\": \"name = 'g'\\nmemory = 64\\n\", \"dryrun\": true}",
	   "create --json -n -- - <name = 'g'\nmemory = 64\n");
	is("POST", "/v1/domains", "{\"text\": \"name = 'g'\", \"set\": [\"memory=64\", \"extra=a b\"]}",
	   "create -- - <name = 'g'\nmemory=64\nextra=\"a b\"\n");
	is("POST", "/v1/xm", "{\"verb\": \"vcpu-list\", \"args\": [\"--json\"]}",
	   "vcpu-list --json");
	is("POST", "/v1/xm?", "{\"verb\": \"top\", \"args\": [\"-b\"]}", "top -b");
	is("POST", "/v1/%78m/", "{\"verb\": \"top\", \"args\": [\"-b\"]}", "top -b");
	is("GET", "/v1", NULL, "op 0 ");
	is("GET", "/", NULL, "op 7 index.html");
	is("GET", "/page.js", NULL, "op 7 page.js");
	is("GET", "/v1/log?lines=3&domain=g%201", NULL, "log -n3 -- g 1");
	is("GET", "/v1/log", NULL, "log -n200 --");
}

/* It waits for who is at work with the guest, for 30 seconds, and then it begins. */
static void a_device_has_its_time(void)
{
	CHECK(seconds_of("POST", "/v1/domains/g1/disks") >= XEND_VERB_SECONDS + 30);
	CHECK(seconds_of("DELETE", "/v1/domains/g1/disks/xvdb") >= XEND_VERB_SECONDS + 30);
	CHECK(seconds_of("DELETE", "/v1/domains/g1/interfaces/0") >= XEND_VERB_SECONDS + 30);
	CHECK(seconds_of("GET", "/v1/domains/g1/disks") == XEND_VERB_SECONDS);
}

static int seconds_of_verb(const char *verb)
{
	char *body = xm_asprintf("{\"verb\": \"%s\", \"args\": [\"g1\", \"x\"]}", verb);
	struct xend_ask ask;
	int seconds = xend_route(&ask, "POST", "/v1/xm", body, strlen(body)) ?
		      -1 : ask.seconds;

	xend_ask_free(&ask);
	free(body);
	return seconds;
}

/* A system is copied and unpacked; devices as by their own paths. */
static void any_verb_has_its_time(void)
{
	static const char *const images[] = {
		"image-create", "image-clone", "image-resize", "image-delete",
	};
	static const char *const devices[] = {
		"block-attach", "block-detach", "block-reattach", "network-attach",
		"network-detach", "network-reattach", "vbd-create", "vbd-destroy",
	};

	for (size_t i = 0; i < ARRAY_SIZE(images); i++)
		CHECK_INT(seconds_of_verb(images[i]), 3600);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		CHECK_INT(seconds_of_verb(devices[i]),
			  seconds_of("POST", "/v1/domains/g1/disks"));
	CHECK_INT(seconds_of_verb("create"), XEND_BUILD_SECONDS);
	CHECK_INT(seconds_of_verb("image-list"), XEND_VERB_SECONDS);
	CHECK_INT(seconds_of_verb("uptime"), XEND_VERB_SECONDS);
}

static void other_verbs_become_commands(void)
{
	is("POST", "/v1/restore", "{\"file\": \"/x\", \"force\": true}", "restore -f -- /x");
	is("GET", "/v1/managed", NULL, "list --json -m");
	is("POST", "/v1/managed", "{\"text\": \"name = 'g'\", \"force\": true}",
	   "new -f -- - <name = 'g'");
	is("DELETE", "/v1/managed/g1", NULL, "delete -- g1");
	is("POST", "/v1/managed/g1/start", "{\"set\": [\"memory=64\"], \"paused\": true}",
	   "start -p -- g1 memory=64");
	is("POST", "/v1/domains/g1/rename", "{\"name\": \"-v\"}", "rename -- g1 -v");
	is("POST", "/v1/domains/g1/memory", "{\"amount\": 128}", "mem-set -- g1 128");
	is("POST", "/v1/domains/g1/maxmem", "{\"amount\": \"1g\"}", "mem-max -- g1 1g");
	is("POST", "/v1/domains/g1/vcpus", "{\"number\": 2}", "vcpu-set -- g1 2");
	is("POST", "/v1/domains/g1/vcpus", "{\"number\": 1.5}",
	   "400 'number' is not a whole number or a string of one line");
	is("GET", "/v1/domains/g1/vcpus", NULL, "vcpu-list --json -- g1");
	is("POST", "/v1/domains/g1/save", "{\"file\": \"/x\", \"checkpoint\": true}",
	   "save -c -- g1 /x");
	is("POST", "/v1/domains/g1/migrate", "{\"host\": \"h\", \"live\": true}",
	   "migrate -l -- g1 h");
	is("POST", "/v1/domains/g1/dump", NULL, "dump-core -- g1");
	is("POST", "/v1/domains/g1/trigger", "{\"button\": \"nmi\"}", "trigger -- g1 nmi");
	is("POST", "/v1/domains/g1/sysrq", "{\"key\": \"s\"}", "sysrq -- g1 s");
}

/* What the log has of a request that changes something. */
static void is_logged(const char *uri, const char *body, const char *want)
{
	struct xend_ask ask;
	char *have;

	CHECK(!xend_route(&ask, "POST", uri, body, body ? strlen(body) : 0));
	have = xend_ask_text(&ask);
	CHECK_STR(have, want);
	free(have);
	xend_ask_free(&ask);
}

static void what_stands_in_the_log(void)
{
	char args[400], *body, *want;

	is_logged("/v1/domains/g1/reboot", NULL, "xm reboot -- g1");
	is_logged("/v1/domains/a%27%20b/disks", "{\"disk\": \"phy:/dev/x,xvdb,w\"}",
		  "xm block-attach -- 'a\\' b' phy:/dev/x,xvdb,w");
	is_logged("/v1/xm", "{\"verb\": \"vcpu-pin\", \"args\": [\"g1\", \"0\", \"\"]}",
		  "xm vcpu-pin g1 0 ''");
	is_logged("/v1/domains", "{\"file\": \"/x\", \"set\": [\"name=a\"], \"paused\": true}",
		  "xm create -p -- /x name=a");
	is_logged("/v1/domains", "{\"text\": \"# name = 'x'\\nnames = 'y'\\n  name='g 1'\\r\\nmemory = 64\"}",
		  "xm create -- - (g 1)");
	/* Every user sees command lines, and a password may stand there as well as in a text. */
	is_logged("/v1/domains", "{\"text\": \"name = 'g1'\", \"set\": [\"vncpasswd=x\", \"name=g2\"]}",
		  "xm create -- - (g2)");
	is_logged("/v1/managed", "{\"text\": \"name = g1 # x\"}", "xm new -- - (g1)");
	is_logged("/v1/managed", "{\"text\": \"memory = 64\\nname\"}", "xm new -- -");
	memset(args, 'a', sizeof(args) - 1);
	args[sizeof(args) - 1] = '\0';
	body = xm_asprintf("{\"verb\": \"%s\"}", args);
	want = xm_asprintf("xm %.194s...", args);
	is_logged("/v1/xm", body, want);
	free(want);
	free(body);
}

static void what_is_refused(void)
{
	is("GET", "/v2", NULL, "op 7 v2");	/* which is no file of the page */
	is("GET", "/v1/nosuch", NULL, "404 ");
	is("GET", "/a/b", NULL, "404 ");
	is("PUT", "/v1/host", NULL, "405 ");
	is("DELETE", "/v1/domains", NULL, "405 ");
	is("POST", "/index.html", NULL, "405 ");
	is("GET", "v1", NULL, "400 ");
	is("GET", "//v1", NULL, "400 ");
	is("GET", "/v1/domains/%", NULL, "400 ");
	is("GET", "/v1/domains/%0", NULL, "400 ");
	is("GET", "/v1/domains/%00", NULL, "400 ");
	is("GET", "/v1/domains/a%0ab", NULL, "400 ");
	is("GET", "/v1/domains/%ff", NULL, "400 ");
	is("GET", "/v1/domains/%c0%af", NULL, "400 ");
	is("GET", "/v1/host?x=1", NULL,
	   "400 what stands behind the question mark is not known here");
	is("GET", "/v1/log?lines=0", NULL, "400 'lines' is a number from 1 to 5000");
	is("POST", "/v1/domains", "{}", "400 it needs either 'file' or 'text'");
	is("POST", "/v1/domains", "{\"file\": \"a\", \"text\": \"b\"}",
	   "400 it needs either 'file' or 'text'");
	is("POST", "/v1/domains", "{\"file\": \"-\"}", "400 'file' is the name of a file");
	is("POST", "/v1/domains", "{\"file\": 1}", "400 'file' is not a string of one line");
	is("POST", "/v1/domains", "{\"file\": \"a\\nb\"}", "400 'file' is not a string of one line");
	is("POST", "/v1/domains", "{\"name\": \"a\"}", "400 it may not have 'name'");
	is("POST", "/v1/domains", "{\"file\": \"a\", \"file\": \"b\"}", "400 it has 'file' twice");
	is("POST", "/v1/domains", "{\"file\": \"a\", \"set\": [1]}", "400 'set' is not a list of strings");
	is("POST", "/v1/domains", "{\"text\": \"a\", \"set\": [\"-n\"]}",
	   "400 'set' is a list of KEY=VALUE");
	is("POST", "/v1/domains/g/save", "{\"file\": \"a\"}", "400 'file' is a path from '/' on");
	is("POST", "/v1/domains/g/dump", "{\"file\": \"a/b\"}", "400 'file' is a path from '/' on");
	is("POST", "/v1/domains/g/dump", "{\"file\": \"\"}", "400 'file' is a path from '/' on");
	is("POST", "/v1/domains/g/dump", "{}", "dump-core -- g");
	is("POST", "/v1/restore", "{\"file\": \"-\"}", "400 'file' is a path from '/' on");
	is("POST", "/v1/domains/g/disks", "{}", "400 it has no 'disk'");
	is("POST", "/v1/domains/g/disks", "[]", "400 it is no object");
	is("POST", "/v1/domains/g/disks", "{\"disk\"", "400 it is no JSON");
	is("POST", "/v1/domains/g/disks", "{\"disk\": \"a\\u0000b\"}", "400 there is a NUL byte in it");
	is("POST", "/v1/domains/g/disks", "{} /* x */", "400 there is a comment in it");
	is("POST", "/v1/domains/g/disks", "{\"a\":[[[[[1]]]]]}", "400 it is too deep");
	is("POST", "/v1/xm", "{\"verb\": \"console\"}",
	   "400 this verb needs a terminal, or is not for people");
	is("POST", "/v1/xm", "{\"verb\": \"-v\"}", "400 'verb' is no verb of xm");
}

static void deep_and_long_bodies(void)
{
	size_t len = 256 << 10;
	char *body = xm_calloc(len + 1, 1), *have;

	memset(body, '[', len);
	have = words_of("POST", "/v1/xm", body);
	CHECK_STR(have, "400 it is too deep");
	free(have);
	memset(body, 'a', len);
	memcpy(body, "{\"verb\":\"", 9);
	memcpy(body + len - 2, "\"}", 2);
	have = words_of("POST", "/v1/xm", body);
	CHECK_INT(strlen(have), len - 11);
	free(have);
	free(body);
}

static void nobody_gets_in_by_writing_it_otherwise(void)
{
	CHECK(xend_route_is_open("GET", "/v1"));
	CHECK(xend_route_is_open("GET", "/"));
	CHECK(xend_route_is_open("GET", "/page.js"));
	CHECK(xend_route_is_open("POST", "/v1/login"));
	CHECK(!xend_route_is_open("GET", "/v1/login"));
	CHECK(!xend_route_is_open("GET", "/v1/domains"));
	CHECK(!xend_route_is_open("GET", "/%76%31/domains"));
	CHECK(!xend_route_is_open("GET", "/v1/domains/"));
	CHECK(!xend_route_is_open("GET", "/v1/domains?x"));
	CHECK(!xend_route_is_open("GET", "//v1/domains"));
	CHECK(!xend_route_is_open("GET", "http://localhost/v1/domains"));
	CHECK(!xend_route_is_open("POST", "/v1/domains/login/reboot"));
	CHECK(!xend_route_is_open("DELETE", "/v1/domains/g1"));
	CHECK(!xend_route_is_open("GET", "/v1/%2e%2e/x"));
}

static void hosts(void)
{
	static const char *const names[] = { "localhost", "[::1]", NULL };

	CHECK(xend_host_is_ours("localhost:8000", names, 8000, false));
	CHECK(xend_host_is_ours("LocalHost:8000", names, 8000, false));
	CHECK(xend_host_is_ours("[::1]:8000", names, 8000, false));
	CHECK(xend_host_is_ours("localhost", names, 80, false));
	CHECK(xend_host_is_ours("localhost", names, 443, true));
	CHECK(!xend_host_is_ours("localhost", names, 8000, false));
	CHECK(!xend_host_is_ours("localhost:8001", names, 8000, false));
	CHECK(!xend_host_is_ours("evil.example:8000", names, 8000, false));
	CHECK(!xend_host_is_ours("localhost.evil.example:8000", names, 8000, false));
	CHECK(!xend_host_is_ours("localhost:8000:8000", names, 8000, false));
	CHECK(!xend_host_is_ours("localhost:", names, 8000, false));
	CHECK(!xend_host_is_ours("[::1", names, 8000, false));
	CHECK(!xend_host_is_ours("", names, 8000, false));
	CHECK(!xend_host_is_ours(NULL, names, 8000, false));
}

static void origin_is(const char *address, const char *names, const char *name,
		      const char *want)
{
	struct xm_xendconf conf = {
		.address = (char *)address, .names = (char *)names,
		.port = 8443,
	};
	char *have = xend_origin(&conf, name);

	CHECK_STR(have, want);
	free(have);
}

static void our_own_origin(void)
{
	char host[256] = "", *want;

	origin_is("localhost", "a", "x1.localhost", "http://x1.localhost:8443");
	origin_is("", "a b", NULL, "https://a:8443");
	origin_is("2001:db8::1", " ,b,c", NULL, "https://b:8443");
	origin_is("2001:db8::1", NULL, NULL, "https://[2001:db8::1]:8443");
	origin_is("192.0.2.1", " ", NULL, "https://192.0.2.1:8443");
	CHECK(!gethostname(host, sizeof(host) - 1));
	want = xm_asprintf("https://%s:8443", host);
	origin_is("", NULL, NULL, want);
	origin_is("::", NULL, NULL, want);
	origin_is("0.0.0.0", "", NULL, want);
	free(want);
}

static bool from(const char *origin, const char *site, bool tls)
{
	struct xend_from f = { "localhost:8000", origin, site };

	return xend_origin_is_ours(&f, tls);
}

static void origins(void)
{
	CHECK(from(NULL, NULL, false));
	CHECK(from("http://localhost:8000", "same-origin", false));
	CHECK(from(NULL, "none", false));
	CHECK(from("https://localhost:8000", NULL, true));
	CHECK(!from("https://localhost:8000", NULL, false));
	CHECK(!from("http://localhost:8000", NULL, true));
	CHECK(!from("http://evil.example", NULL, false));
	CHECK(!from("http://localhost:8001", NULL, false));
	CHECK(!from("null", NULL, false));
	CHECK(!from("", NULL, false));
	CHECK(!from(NULL, "cross-site", false));
	CHECK(!from("http://localhost:8000", "same-site", false));
}

static void answer_is(enum xend_shape shape, int exit_status, const char *out,
		      const char *err, unsigned int status, const char *want)
{
	char *o = xm_strdup(out), *e = xm_strdup(err);
	struct xend_reply reply;

	xend_reply_run(&reply, shape, exit_status, o, e);
	CHECK_INT(reply.status, status);
	CHECK_STR(reply.text, want);
	CHECK_INT(reply.len, strlen(reply.text));
	free(reply.text);
	free(o);
	free(e);
}

static void answers(void)
{
	answer_is(XEND_JSON, 0, "[1, 2]\n", "", 200,
		  "{\"result\": [1, 2]\n, \"messages\": []}\n");
	answer_is(XEND_FIRST, 0, "[\n {\"a\": [1]}\n]\n", "xm: a\nxm: b\n", 200,
		  "{\"result\": {\"a\": [1]}\n, \"messages\": [\"xm: a\", \"xm: b\"]}\n");
	answer_is(XEND_PLAIN, 0, "a\"b\\\t\x01\xff\n", "", 200,
		  "{\"result\": {\"output\": \"a\\\"b\\\\\\u0009\\u0001?\\n\"}, \"messages\": []}\n");
	answer_is(XEND_JSON, 3, "", "xm: g: no such domain; x\n", 404,
		  "{\"error\": {\"code\": \"not-found\", \"message\": \"g: no such domain; x\", \"exit\": 3}, \"messages\": [\"xm: g: no such domain; x\"]}\n");
	answer_is(XEND_JSON, XEND_RUN_LATE, "", "", 504,
		  "{\"error\": {\"code\": \"timeout\", \"message\": \"it took too long, and was ended\"}, \"messages\": []}\n");
	answer_is(XEND_JSON, XEND_RUN_KILLED, "", "", 500,
		  "{\"error\": {\"code\": \"failed\", \"message\": \"it failed\"}, \"messages\": []}\n");
	answer_is(XEND_JSON, XEND_RUN_DROPPED, "", "", 503,
		  "{\"error\": {\"code\": \"overloaded\", \"message\": \"" XEND_LEAVES "\"}, \"messages\": []}\n");
	answer_is(XEND_LINES, 0, "a\n\nb\"\n", "", 200,
		  "{\"result\": {\"lines\": [\"a\", \"b\\\"\"]}, \"messages\": []}\n");
	answer_is(XEND_LINES, 0, "", "", 200,
		  "{\"result\": {\"lines\": []}, \"messages\": []}\n");
	answer_is(XEND_FIRST, 0, "[]", "", 200,
		  "{\"result\": {\"output\": \"[]\"}, \"messages\": []}\n");
}

/* "xm top -b -i 2 --json" prints two lists: together they are no JSON. */
static void what_is_no_json_is_text(void)
{
	answer_is(XEND_JSON, 0, "[1]\n[2]\n", "", 200,
		  "{\"result\": {\"output\": \"[1]\\n[2]\\n\"}, \"messages\": []}\n");
	answer_is(XEND_JSON, 0, "[1, {\"a\": 2", "", 200,
		  "{\"result\": {\"output\": \"[1, {\\\"a\\\": 2\"}, \"messages\": []}\n");
	answer_is(XEND_JSON, 0, "{} /* x */", "", 200,
		  "{\"result\": {\"output\": \"{} /* x */\"}, \"messages\": []}\n");
	answer_is(XEND_FIRST, 0, "[{}, {}]", "", 200,
		  "{\"result\": {\"output\": \"[{}, {}]\"}, \"messages\": []}\n");
	/* A text that has begun. */
	answer_is(XEND_JSON, 0, "[\n]\n\"", "", 200,
		  "{\"result\": {\"output\": \"[\\n]\\n\\\"\"}, \"messages\": []}\n");
}

static void pauses_grow(void)
{
	static const long want[] = { 0, 0, 5, 10, 20, 40, 40 };

	for (int i = 0; i < 7; i++)
		CHECK_INT(xm_policy_pause(i),
			  (want[i] + XM_PAUSE_PART - 1) / XM_PAUSE_PART);
	CHECK_INT(xm_policy_pause(-1), 0);
}

int main(void)
{
	RUN(requests_become_commands);
	RUN(a_device_has_its_time);
	RUN(any_verb_has_its_time);
	RUN(other_verbs_become_commands);
	RUN(what_stands_in_the_log);
	RUN(what_is_refused);
	RUN(deep_and_long_bodies);
	RUN(nobody_gets_in_by_writing_it_otherwise);
	RUN(hosts);
	RUN(our_own_origin);
	RUN(origins);
	RUN(answers);
	RUN(what_is_no_json_is_text);
	RUN(pauses_grow);
	return check_done();
}
