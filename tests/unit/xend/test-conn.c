// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who is let in on the port of other hosts: real connections of this host, which
 * __wrap_accept4() says come from elsewhere.
 */
#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "conn.h"
#include "wrap.h"

/* What stands there of clock.c and http.c. */
long xm_clock(void)
{
	return 1;
}

static int taken;

void xend_http_take(struct xend_door *door, int fd, const void *addr,
		    unsigned int len)
{
	(void)door;
	(void)fd;
	(void)addr;
	(void)len;
	taken++;
}

static const char *from;

int __wrap_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	int conn = __real_accept4(fd, NULL, NULL, flags);

	if (inet_pton(AF_INET6, from, &six.sin6_addr) == 1) {
		*len = sizeof(six);
		memcpy(addr, &six, sizeof(six));
	} else {
		inet_pton(AF_INET, from, &four.sin_addr);
		*len = sizeof(four);
		memcpy(addr, &four, sizeof(four));
	}
	return conn;
}

static struct xend_door door;
static struct sockaddr_in at = { .sin_family = AF_INET };

static bool open_door(void)
{
	struct xm_xendconf conf = { .address = (char *)"0.0.0.0", .port = 0 };
	socklen_t len = sizeof(at);

	return !xend_loop_open() && !xend_door_port(&door, &conf) &&
	       !getsockname(door.sources[0].fd, (struct sockaddr *)&at, &len);
}

/* Return: whether it is let in. */
static bool comes_from(const char *address)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), before = taken;

	from = address;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(!connect(fd, (struct sockaddr *)&at, sizeof(at)));
	xend_loop_turn(1000);
	close(fd);
	return taken > before;
}

static void let_go(int fd)
{
	struct xend_conn *conn = xend_conn_find(fd);

	if (!CHECK(conn))
		return;
	xend_conn_gone(conn);
	close(fd);
}

/* All that are open. */
static void let_all_go(void)
{
	for (int fd = 3; fd < 1024; fd++)
		if (xend_conn_find(fd))
			let_go(fd);
	CHECK_INT(door.count, 0);
}

static void one_has_a_part_of_the_places(void)
{
	CHECK(open_door());
	for (int i = 0; i < XEND_FROM_ONE; i++)
		CHECK(comes_from("192.0.2.1"));
	CHECK(!comes_from("192.0.2.1"));
	CHECK_INT(door.count, XEND_FROM_ONE);
	CHECK(comes_from("192.0.2.2"));
	/* And has one again when he gives one back. */
	for (int fd = 3; fd < 1024; fd++)
		if (xend_conn_find(fd)) {
			let_go(fd);
			break;
		}
	CHECK(comes_from("192.0.2.1"));
	CHECK(!comes_from("192.0.2.1"));
	let_all_go();
}

/* Who has an address of IPv6 has 2^64 of them. */
static void one_with_many_addresses_is_one(void)
{
	char address[INET6_ADDRSTRLEN];
	int in = 0;

	for (int i = 1; i <= 2 * XEND_FROM_ONE; i++) {
		snprintf(address, sizeof(address), "2001:db8:0:1:%x::%x", i, i);
		in += comes_from(address);
	}
	CHECK_INT(in, XEND_FROM_ONE);
	CHECK(comes_from("2001:db8:0:2::1"));
	CHECK(comes_from("32.1.13.184"));	/* the same bytes */
	let_all_go();
}

/* On this host nobody has another address. */
static void here_all_places_are_for_all(void)
{
	door.tls = false;
	for (int i = 0; i < 2 * XEND_FROM_ONE; i++)
		CHECK(comes_from("127.0.0.1"));
	let_all_go();
	xend_door_close(&door);
}

int main(void)
{
	RUN(one_has_a_part_of_the_places);
	RUN(one_with_many_addresses_is_one);
	RUN(here_all_places_are_for_all);
	return check_done();
}
