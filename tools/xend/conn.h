/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections of clients: where they come from, how long they may take. */
#ifndef XEND_CONN_H
#define XEND_CONN_H

#include <netinet/in.h>
#include <stdbool.h>

#include "loop.h"
#include "xendconf.h"

#define XEND_CONNS 128
/* Of the connections from other hosts so many may come from one. */
#define XEND_FROM_ONE 32
#define XEND_LISTENERS 8

/* What a client is at, which is how long it may take for it. */
enum xend_phase {
	XEND_HEAD,	/* it has to send the head of a request */
	XEND_BODY,	/* and the rest of it */
	XEND_WORK,	/* it waits for us */
	XEND_SEND,	/* it has to take the answer */
	XEND_IDLE,	/* it may send another request */
};

/**
 * struct xend_door - where connections come in
 * @root: it is the socket of root's
 * @tls: it is by https, from other hosts
 * @count: connections that are open
 * @mhd: the HTTP library's side of it
 * @sources: what listens
 * @listeners: how many
 * @lacks: there are addresses besides, which are to be tried again
 * @full: nobody is let in for now
 * @said: what was in the way when that was said last: an errno, or of getaddrinfo()'s
 */
struct xend_door {
	bool root;
	bool tls;
	int count;
	void *mhd;
	struct xend_source sources[XEND_LISTENERS];
	int listeners;
	bool lacks;
	bool full;
	int said;
};

#define XEND_NET_LEN 9

/**
 * struct xend_peer - who is at the other end of a connection
 * @text: the address; "": a process of root's on this host
 * @net: the addresses that somebody has who has this one: of IPv6 the first half; with the
 *       version in front
 */
struct xend_peer {
	char text[INET6_ADDRSTRLEN];
	unsigned char net[XEND_NET_LEN];
};

/**
 * struct xend_conn - one connection
 * @next: of all of them
 * @door: where it came in
 * @peer: who is at the other end
 * @fd: its descriptor, which is the HTTP library's
 * @until: when it is cut off, in seconds; 0: it is not
 */
struct xend_conn {
	struct xend_conn *next;
	struct xend_door *door;
	struct xend_peer peer;
	int fd;
	long until;
};

int xend_door_root(struct xend_door *door, const char *path);
int xend_door_port(struct xend_door *door, const struct xm_xendconf *conf);
void xend_door_close(struct xend_door *door);

struct xend_conn *xend_conn_find(int fd);
void xend_conn_phase(struct xend_conn *conn, enum xend_phase phase);
void xend_conn_gone(struct xend_conn *conn);
void xend_conn_tick(void);

/* http.c: takes a connection; closes it if it can't. */
void xend_http_take(struct xend_door *door, int fd, const void *addr,
		    unsigned int len);

#endif /* XEND_CONN_H */
