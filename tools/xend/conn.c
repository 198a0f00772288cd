// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lets clients in, and cuts off those that take too long: a client that sends a
 * byte now and then must not keep a place for ever, which the HTTP library would
 * let it. Called by serve.c and http.c.
 *
 * Root's socket has places of its own, so that nobody else can take them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "conn.h"
#include "util.h"
#include "xend.h"

#define BACKLOG 256

static struct xend_conn *conns;

/* In seconds; of a whole request 30. */
static const long limits[] = {
	[XEND_HEAD] = 10, [XEND_BODY] = 20, [XEND_WORK] = 0,
	[XEND_SEND] = 60, [XEND_IDLE] = 30,
};

static void let_in(struct xend_door *door, bool in)
{
	for (int i = 0; i < door->listeners; i++) {
		if (in)
			xend_loop_add(&door->sources[i], EPOLLIN);
		else
			xend_loop_remove(&door->sources[i]);
	}
	door->full = !in;
}

/* The kernel tells who is at the other end of a Unix socket. */
static bool is_root(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

static void set_peer(struct xend_peer *peer, const struct sockaddr_storage *addr)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)addr;
	const struct sockaddr_in *four = (const struct sockaddr_in *)addr;

	if (addr->ss_family == AF_INET) {
		peer->net[0] = 4;
		memcpy(peer->net + 1, &four->sin_addr, 4);
		inet_ntop(AF_INET, &four->sin_addr, peer->text, sizeof(peer->text));
	} else if (addr->ss_family == AF_INET6) {
		peer->net[0] = 6;
		memcpy(peer->net + 1, &six->sin6_addr, 8);
		inet_ntop(AF_INET6, &six->sin6_addr, peer->text, sizeof(peer->text));
	}
}

/* Of other hosts each has a part of the places, with however many addresses it comes. */
static bool has_its_part(const struct xend_door *door, const struct xend_peer *peer)
{
	int n = 0;

	for (const struct xend_conn *conn = conns; conn; conn = conn->next)
		n += conn->door == door &&
		     !memcmp(conn->peer.net, peer->net, sizeof(peer->net));
	return n >= XEND_FROM_ONE;
}

static void accept_one(struct xend_door *door, int listener)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);
	struct xend_peer peer = { .text = "" };
	struct xend_conn *conn;
	int fd = accept4(listener, (struct sockaddr *)&addr, &len,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	set_peer(&peer, &addr);
	if ((door->root && !is_root(fd)) ||
	    (door->tls && has_its_part(door, &peer))) {
		close(fd);
		return;
	}
	conn = xm_calloc(1, sizeof(*conn));
	conn->door = door;
	conn->fd = fd;
	conn->peer = peer;
	conn->next = conns;
	conns = conn;
	xend_conn_phase(conn, XEND_HEAD);
	if (++door->count == XEND_CONNS)
		let_in(door, false);
	xend_http_take(door, fd, &addr, len);
}

static void on_client(struct xend_source *source, uint32_t events);

/* Which door a listener belongs to: they know only themselves. */
static struct xend_door *doors[2];

/* Return: 0; -1 after a message, and the descriptor is closed. */
static int add_listener(struct xend_door *door, int fd)
{
	struct xend_source *source;

	for (size_t i = 0; i < ARRAY_SIZE(doors); i++) {
		if (!doors[i])
			doors[i] = door;
		if (doors[i] == door)
			break;
	}
	source = &door->sources[door->listeners];
	source->fd = fd;
	source->ready = on_client;
	if (xend_loop_add(source, EPOLLIN)) {
		close(fd);
		return -1;
	}
	door->listeners++;
	return 0;
}

static void on_client(struct xend_source *source, uint32_t events)
{
	(void)events;
	for (size_t i = 0; i < ARRAY_SIZE(doors) && doors[i]; i++)
		if (source >= doors[i]->sources &&
		    source < doors[i]->sources + doors[i]->listeners)
			accept_one(doors[i], source->fd);
}

/**
 * xend_door_root() - listen on a Unix socket that is root's
 * @door: initialised
 * @path: of the socket; what an earlier one has left is replaced
 *
 * Return: 0, or -1 after a message.
 */
int xend_door_root(struct xend_door *door, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct stat st;
	mode_t mask;
	int fd = -1, err;

	door->root = true;
	if (strlen(path) >= sizeof(addr.sun_path)) {
		xm_error(path, "is too long for a socket");
		return -1;
	}
	strcpy(addr.sun_path, path);
	if (!lstat(path, &st) && !S_ISSOCK(st.st_mode)) {
		xm_error(path, "is no socket; remove it, or name another in xend-unix-path");
		return -1;
	}
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mask = umask(0177);
	err = fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	      listen(fd, BACKLOG);
	umask(mask);
	if (err) {
		xm_error(path, "cannot be listened on: %s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return add_listener(door, fd);
}

/* Return: a descriptor; -1 with errno set. */
static int bind_to(const struct addrinfo *at)
{
	int on = 1, err;
	int fd = socket(at->ai_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (at->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (!bind(fd, at->ai_addr, at->ai_addrlen))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* What the local names mean is not asked of anybody. */
static int find_addresses(const struct xm_xendconf *conf, bool local,
			  struct addrinfo **list)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	const char *name = conf->address;
	char port[16];

	if (local || !*name)
		name = NULL;
	if (!local)
		hints.ai_flags = AI_PASSIVE;	/* without it: the loopback */
	snprintf(port, sizeof(port), "%ld", conf->port);
	return getaddrinfo(name, port, &hints, list);
}

/* This host has no such address, so nobody else can have it either. */
static bool is_missing(int err)
{
	return err == EADDRNOTAVAIL || err == EAFNOSUPPORT ||
	       err == EPROTONOSUPPORT;
}

/* Is it listened at already? */
static bool is_had(const struct xend_door *door, const struct addrinfo *at)
{
	struct sockaddr_storage addr;
	socklen_t len;

	for (int i = 0; i < door->listeners; i++) {
		len = sizeof(addr);
		if (!getsockname(door->sources[i].fd, (struct sockaddr *)&addr, &len) &&
		    len == at->ai_addrlen && !memcmp(&addr, at->ai_addr, len))
			return true;
	}
	return false;
}

/*
 * All of the addresses, or, for other hosts, as many as can be had: what is left is
 * tried again.
 *
 * Of the local ones a browser may try the other one first, whichever was named. Any
 * user of this host can listen at one that is left, and would be sent the token.
 *
 * Return: 0, or what is in the way of all or some.
 */
static int listen_at(struct xend_door *door, const struct addrinfo *list,
		     bool local)
{
	int fds[XEND_LISTENERS], n = 0, wrong = 0, fd;

	for (; list && door->listeners + n < XEND_LISTENERS; list = list->ai_next) {
		if (is_had(door, list))
			continue;
		fd = bind_to(list);
		if (fd >= 0)
			fds[n++] = fd;
		else if (!is_missing(errno))
			wrong = errno;
	}
	if (!n && !wrong && !door->listeners)
		wrong = EADDRNOTAVAIL;
	for (int i = 0; i < n; i++) {
		if ((local && wrong) || listen(fds[i], BACKLOG)) {
			wrong = wrong ? wrong : errno;
			close(fds[i]);
		} else if (add_listener(door, fds[i])) {
			wrong = ENOMEM;
		}
	}
	if (!door->listeners || (local && wrong))
		xend_door_close(door);
	return wrong;
}

/* It is tried again and again, and said once. */
static void tell_port(struct xend_door *door, const struct xm_xendconf *conf,
		      bool found, int err)
{
	if (err == door->said)
		return;
	door->said = err;
	if (!err)
		xm_error("xend-port", "%ld is listened on now", conf->port);
	else if (!found)
		xm_error("xend-address", "'%s': %s; it is tried again",
			 conf->address, gai_strerror(err));
	else if (door->listeners)
		xm_error("xend-port", "%ld cannot be listened on at all addresses: %s; who has it tells 'ss -ltnp'; it is tried again",
			 conf->port, strerror(err));
	else
		xm_error("xend-port", "%ld cannot be listened on: %s; who has it tells 'ss -ltnp'; it is tried again",
			 conf->port, strerror(err));
}

/**
 * xend_door_port() - listen on the port
 * @door: initialised; nothing listens, or not at all addresses
 * @conf: address and port
 *
 * What is in the way is said, if that is not what it was the last time.
 *
 * Return: 0, or -1 if nothing listens.
 */
int xend_door_port(struct xend_door *door, const struct xm_xendconf *conf)
{
	bool local = xm_xendconf_local(conf->address);
	struct addrinfo *list = NULL;
	int err = find_addresses(conf, local, &list);
	bool found = !err;

	door->tls = !local;
	if (found) {
		err = listen_at(door, list, local);
		freeaddrinfo(list);
		door->lacks = door->listeners && err;
	}
	tell_port(door, conf, found, err);
	return door->listeners ? 0 : -1;
}

/* Nobody comes in any more. */
void xend_door_close(struct xend_door *door)
{
	if (!door->full)
		let_in(door, false);
	for (int i = 0; i < door->listeners; i++)
		close(door->sources[i].fd);
	door->listeners = 0;
	door->full = false;
}

struct xend_conn *xend_conn_find(int fd)
{
	struct xend_conn *conn = conns;

	while (conn && conn->fd != fd)
		conn = conn->next;
	return conn;
}

void xend_conn_phase(struct xend_conn *conn, enum xend_phase phase)
{
	conn->until = limits[phase] ? xm_clock() + limits[phase] / XEND_PART : 0;
}

/* The HTTP library is done with it. */
void xend_conn_gone(struct xend_conn *conn)
{
	struct xend_door *door = conn->door;
	struct xend_conn **at = &conns;

	while (*at != conn)
		at = &(*at)->next;
	*at = conn->next;
	free(conn);
	door->count--;
	if (door->full && door->listeners && door->count < XEND_CONNS)
		let_in(door, true);
}

/* Once a second. The HTTP library sees an end, and closes it. */
void xend_conn_tick(void)
{
	long now = xm_clock();

	for (struct xend_conn *conn = conns; conn; conn = conn->next) {
		if (!conn->until || now < conn->until)
			continue;
		conn->until = 0;
		shutdown(conn->fd, SHUT_RDWR);
	}
}
