// SPDX-License-Identifier: GPL-2.0-or-later
/* S-expressions, and xend's configuration in both its forms. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "sxp.h"
#include "sxptree.h"
#include "util.h"
#include "xendconf.h"

/* What was read, written again: atoms in quotes, lists in parentheses. */
static void write_out(const struct xm_sxp *sxp, char **out)
{
	if (sxp->atom) {
		xm_append(out, "'%s'", sxp->atom);
		return;
	}
	xm_append(out, "(");
	for (size_t i = 0; i < sxp->count; i++)
		write_out(&sxp->items[i], out);
	xm_append(out, ")");
}

static void is_read(const char *text, const char *want)
{
	struct xm_sxp top;
	char *error = NULL, *out = NULL;

	if (xm_sxp_parse(&top, text, strlen(text), &error))
		out = xm_strdup(error);
	else
		write_out(&top, &out);
	CHECK_STR(out, want);
	free(error);
	free(out);
	xm_sxp_free(&top);
}

static void what_is_read(void)
{
	is_read("", "()");
	is_read("# nothing\n", "()");
	is_read("(xend-port 8000)", "(('xend-port''8000'))");
	is_read("(a b) # c\n(d 'e f' \"g\")", "(('a''b')('d''e f''g'))");
	is_read("(a '' (b (c)))", "(('a'''('b'('c'))))");
	is_read("(a 'it\\'s' \"tab\\tend\\\\\")", "(('a''it's''tab\tend\\'))");
	is_read("a(b)c", "('a'('b')'c')");
	is_read("(a\r\n b)\r\n", "(('a''b'))");
	is_read("(a 'b'c)", "(('a''b''c'))");
	is_read("(a#b\n)", "(('a'))");
}

static void what_is_wrong_with_it(void)
{
	is_read("(a", "line 1: a parenthesis is not closed");
	is_read("\n\n(a (b)", "line 3: a parenthesis is not closed");
	is_read("(a))\n", "line 1: a parenthesis closes none");
	is_read("(a\n'b\n')", "line 2: a quoted string does not end on its line");
	is_read("'", "line 1: a quoted string does not end on its line");
	is_read("(a 'b\\", "line 1: a quoted string does not end on its line");
	is_read("('a\\\n')", "line 1: a quoted string does not end on its line");
}

static void nothing_is_without_bounds(void)
{
	struct xm_sxp top;
	char *text = xm_calloc(1 << 20, 1), *error = NULL;

	memset(text, '(', 1 << 20);
	CHECK(xm_sxp_parse(&top, text, 1 << 20, &error));
	CHECK_STR(error, "line 1: parentheses are too deep");
	free(error);
	error = NULL;
	xm_sxp_free(&top);
	for (int i = 0; i < 1 << 19; i++)
		memcpy(text + 2 * i, "a ", 2);
	CHECK(xm_sxp_parse(&top, text, 1 << 20, &error));
	CHECK_STR(error, "line 1: there are too many items");
	free(error);
	error = NULL;
	xm_sxp_free(&top);
	CHECK(xm_sxp_parse(&top, "(a\0b)", 5, &error));
	CHECK_STR(error, "line 1: a byte that is no text");
	free(error);
	xm_sxp_free(&top);
	free(text);
}

/* A field of what "xm list -l" prints, as it is read back; NULL: it has none. */
static const char *field(const struct xm_sxp *domain, const char *key)
{
	for (size_t i = 1; i < domain->count; i++) {
		const struct xm_sxp *item = &domain->items[i];

		if (item->count == 2 && !strcmp(item->items[0].atom, key))
			return item->items[1].atom;
	}
	return NULL;
}

static void what_list_prints_is_read(void)
{
	libxl_dominfo info;
	libxl_domain_config dc;
	struct xm_sxp top;
	char *text = NULL, *error = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	libxl_dominfo_init(&info);
	libxl_domain_config_init(&dc);
	dc.b_info.bootloader = xm_strdup("it's (a \\ \"b\" # c");
	info.domid = 7;
	xm_sxp_domain(out, &info, "a b", "r-----", &dc);
	fclose(out);
	CHECK(!xm_sxp_parse(&top, text, len, &error));
	CHECK_INT(top.count, 1);
	CHECK_STR(top.items[0].items[0].atom, "domain");
	CHECK_STR(field(&top.items[0], "domid"), "7");
	CHECK_STR(field(&top.items[0], "name"), "a b");
	CHECK_STR(field(&top.items[0], "bootloader"), dc.b_info.bootloader);
	xm_sxp_free(&top);
	libxl_domain_config_dispose(&dc);
	libxl_dominfo_dispose(&info);
	free(text);
}

static char *said;

static void say(const char *file, bool bad, const char *text)
{
	xm_append(&said, "%s%s: %s\n", bad ? "!" : "", file, text);
}

static int read_sxp(struct xm_xendconf *conf, const char *text)
{
	free(said);
	said = NULL;
	xm_xendconf_init(conf);
	return xm_xendconf_sxp(conf, "f", text, strlen(text), say);
}

static int read_plain(struct xm_xendconf *conf, const char *text)
{
	free(said);
	said = NULL;
	xm_xendconf_init(conf);
	return xm_xendconf_plain(conf, "f", text, strlen(text), say);
}

/* As Xen 2.0 came with it. */
static const char classic[] =
	"# Xend configuration file.\n"
	"(xend-port         8000)\n"
	"(xend-address      localhost)\n"
	"(console-port-base 9600)\n"
	"(console-address   localhost)\n"
	"(network-script    network)\n"
	"(vif-bridge        xen-br0)\n"
	"(vif-script        vif-bridge)\n"
	"(vif-antispoof     no)\n"
	"(block-file block-file)\n"
	"(block-enbd block-enbd)\n";

static void a_classic_file(void)
{
	struct xm_xendconf conf;
	char *mine;

	CHECK(!read_sxp(&conf, classic));
	CHECK_INT(conf.port, 8000);
	CHECK_STR(conf.address, "localhost");
	CHECK_STR(xm_xendconf_bridge(&conf, &mine), "xen-br0");
	CHECK_STR(xm_xendconf_script(&conf), "vif-bridge");
	CHECK(!xm_xendconf_guards(&conf));
	CHECK(conf.http);
	CHECK(said && !strchr(said, '!'));
	CHECK(strstr(said, "f: line 4: console-port-base has no meaning today"));
	free(mine);
	xm_xendconf_free(&conf);
}

static void routed_and_guarded(void)
{
	struct xm_xendconf conf;
	char *mine;

	CHECK(!read_sxp(&conf, "(network-script network-route)(vif-antispoof yes)"));
	CHECK_STR(xm_xendconf_script(&conf), "vif-route");
	CHECK(xm_xendconf_guards(&conf));
	xm_xendconf_free(&conf);
	CHECK(!read_sxp(&conf, "(network-script 'network-bridge bridge=xenbr3 antispoof=yes')"));
	CHECK_STR(xm_xendconf_bridge(&conf, &mine), "xenbr3");
	CHECK(xm_xendconf_guards(&conf));
	free(mine);
	xm_xendconf_free(&conf);
	CHECK(!read_sxp(&conf, "(network-script network-bridge netdev=bridge=x)"));
	CHECK(!xm_xendconf_bridge(&conf, &mine));
	xm_xendconf_free(&conf);
}

/* An administrator's own program may have a name that begins like one of ours. */
static void scripts_are_known_by_their_whole_names(void)
{
	struct xm_xendconf conf;

	CHECK(!read_sxp(&conf, "(network-script 'network-route netdev=eth0')"));
	CHECK_STR(xm_xendconf_script(&conf), "vif-route");
	CHECK(xm_xendconf_network(&conf, "network-route"));
	CHECK(!xm_xendconf_network(&conf, "network"));
	xm_xendconf_free(&conf);
	CHECK(!read_sxp(&conf, "(network-script 'network-routed antispoof=yesterday')"));
	CHECK(!xm_xendconf_script(&conf));
	CHECK(!xm_xendconf_network(&conf, "network-route"));
	CHECK(!xm_xendconf_guards(&conf));
	xm_xendconf_free(&conf);
	CHECK(!read_plain(&conf, "network-script =\n"));
	CHECK(xm_xendconf_network(&conf, ""));
	xm_xendconf_free(&conf);
}

static void the_empty_address_is_all(void)
{
	struct xm_xendconf conf;

	CHECK(!read_sxp(&conf, "(xend-address '')"));
	CHECK_STR(conf.address, "");
	CHECK(!xm_xendconf_local(conf.address));
	xm_xendconf_free(&conf);
	CHECK(!read_plain(&conf, "xend-address = \"\"\n"));
	CHECK_STR(conf.address, "");
	xm_xendconf_free(&conf);
	CHECK(xm_xendconf_local("localhost") && xm_xendconf_local("127.0.0.1"));
	CHECK(!xm_xendconf_local("127.0.0.1.example.org"));
	CHECK(!xm_xendconf_local("0.0.0.0"));
}

static void a_plain_file(void)
{
	struct xm_xendconf conf;

	CHECK(!read_plain(&conf,
			  "# x\n\nxend-port = 8001\n  vif-antispoof=on \t\n"
			  "xend-name = 'a b'\n"));
	CHECK_INT(conf.port, 8001);
	CHECK(conf.antispoof);
	CHECK_STR(conf.names, "a b");
	xm_xendconf_free(&conf);
}

static void errors_have_lines(void)
{
	struct xm_xendconf conf;

	CHECK(read_sxp(&conf,
		       "(xend-port 80000)\n(xend-prot 1)\n(vif-antispoof maybe)\nx\n"
		       "(xend-address a b)\n(xend-port (1))\n"));
	CHECK_STR(said, "!f: line 1: xend-port: '80000' is no number from 1 to 65535\n"
		  "!f: line 2: there is no key xend-prot\n"
		  "!f: line 3: vif-antispoof: 'maybe' is neither yes nor no\n"
		  "!f: line 4: it is not of the form (KEY VALUE)\n"
		  "!f: line 5: xend-address has more than one value; put it in quotes\n"
		  "!f: line 6: the value of xend-port is a list\n");
	xm_xendconf_free(&conf);
	CHECK(read_plain(&conf, "xend-port 8000\n"));
	CHECK_STR(said, "!f: line 1: it is not of the form KEY = VALUE\n");
	xm_xendconf_free(&conf);
}

int main(void)
{
	RUN(what_is_read);
	RUN(what_is_wrong_with_it);
	RUN(nothing_is_without_bounds);
	RUN(what_list_prints_is_read);
	RUN(a_classic_file);
	RUN(routed_and_guarded);
	RUN(scripts_are_known_by_their_whole_names);
	RUN(the_empty_address_is_all);
	RUN(a_plain_file);
	RUN(errors_have_lines);
	free(said);
	return check_done();
}
