// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * netload: one end of a load on the network, the same program in Dom0 and in guests.
 *
 *   netload sink LOAD FILE                 answers one source, to its end
 *   netload source LOAD FILE ADDRESS MS    finds the sink, and is at it for MS milliseconds
 *   netload at FILE TSC TSC                what was counted at two moments, and in all
 *
 * Each end counts, and leaves in FILE how its count grew (samples.h). LOAD is
 *
 *   bulk    TCP, one way; bytes
 *   rr      TCP, one byte there and one back; transactions
 *   udp     datagrams of 64 bytes, at most DEPTH on their way; datagrams
 *   flood   the same as fast as the sender can, however many are lost
 *
 * Where all of a machine's instructions count, a sender that pauses would count its pauses,
 * so "udp" is paced by its receiver: it says after each ACK_EVERY how many it has.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdnoreturn.h>
#include <sys/socket.h>
#include <time.h>

#include "samples.h"

#define PORT 7010
#define BLOCK (128 * 1024)
#define DEPTH 128
#define ACK_EVERY 32
#define PATIENCE_S 90            /* an end whose other end does not come, or hangs */
#define TRIES 600
#define TRY_US 50000
#define ACK_US 200000            /* what has no answer by then is lost */
#define LAST_TIMES 5

/* Datagrams are told apart by their sizes. */
enum { LAST = 1, HELLO = 2, ACK = 8, DATA = 64 };

static struct samples samples;
static char block[BLOCK];
static unsigned long long end_ns;

static noreturn void die(const char *what)
{
	fprintf(stderr, "netload: %s: %s\n", what, strerror(errno));
	exit(1);
}

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Count so much; false when the source's time is over. */
static bool goes_on(uint64_t amount)
{
	return !samples_add(&samples, amount) || now() < end_ns;
}

/* ---- loads: what a source and a sink do with a socket that is connected -------------- */

static void bulk_source(int fd)
{
	ssize_t n;

	do {
		n = write(fd, block, BLOCK);
		if (n < 0)
			die("sending");
	} while (goes_on(n));
}

static void bulk_sink(int fd)
{
	ssize_t n;

	while ((n = read(fd, block, BLOCK)) > 0)
		samples_add(&samples, n);
	if (n < 0)
		die("receiving");
}

static void rr_source(int fd)
{
	do {
		if (write(fd, block, 1) != 1 || read(fd, block, 1) != 1)
			die("asking");
	} while (goes_on(1));
}

static void rr_sink(int fd)
{
	while (read(fd, block, 1) == 1) {
		if (write(fd, block, 1) != 1)
			die("answering");
		samples_add(&samples, 1);
	}
}

/* The sink's next word: how many it has. False if it is silent. */
static bool hears(int fd, uint64_t *there)
{
	uint64_t count;
	ssize_t n;

	do {
		n = recv(fd, &count, sizeof(count), 0);
	} while (n == HELLO);
	if (n < 0 && errno != EAGAIN)
		die("waiting for the sink");
	if (n == ACK)
		*there = count;
	return n == ACK;
}

static void udp_source(int fd)
{
	uint64_t there = 0, gone = 0;    /* gone: there, or given up */

	do {
		while (samples.count - gone >= DEPTH) {
			uint64_t lost = gone - there;

			if (!hears(fd, &there))
				gone = samples.count;
			else
				gone = there + lost < samples.count ? there + lost : samples.count;
		}
		if (send(fd, block, DATA, 0) < 0)
			die("sending");
	} while (goes_on(1));
}

static void flood_source(int fd)
{
	do {
		if (send(fd, block, DATA, 0) < 0)
			die("sending");
	} while (goes_on(1));
}

static void udp_take(int fd, uint64_t ack_every)
{
	ssize_t n;

	while ((n = recv(fd, block, BLOCK, 0)) != LAST) {
		if (n < 0)
			die("receiving");
		if (n == HELLO && send(fd, block, HELLO, 0) < 0)
			die("answering");
		if (n != DATA)
			continue;
		samples_add(&samples, 1);
		if (samples.count % ack_every == 0 && send(fd, &samples.count, ACK, 0) < 0)
			die("acknowledging");
	}
}

static void udp_sink(int fd)
{
	udp_take(fd, ACK_EVERY);
}

static void flood_sink(int fd)
{
	udp_take(fd, UINT64_MAX);
}

static const struct load {
	const char *name;
	int type;
	void (*source)(int fd);
	void (*sink)(int fd);
} loads[] = {
	{ "bulk", SOCK_STREAM, bulk_source, bulk_sink },
	{ "rr", SOCK_STREAM, rr_source, rr_sink },
	{ "udp", SOCK_DGRAM, udp_source, udp_sink },
	{ "flood", SOCK_DGRAM, flood_source, flood_sink },
};

/* ---- how the two find each other ------------------------------------------------------- */

static in_port_t port(void)
{
	const char *chosen = getenv("NETLOAD_PORT");

	return htons(chosen ? atoi(chosen) : PORT);
}

static int new_socket(int type)
{
	int fd = socket(AF_INET, type, 0), one = 1;

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (type == SOCK_STREAM)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* The sink's socket, connected with the source that comes. */
static int answer(int type)
{
	struct sockaddr_in where = { .sin_family = AF_INET, .sin_port = port() }, who;
	socklen_t len = sizeof(who);
	int fd = new_socket(type);

	if (bind(fd, (struct sockaddr *)&where, sizeof(where)))
		die("bind");
	if (type == SOCK_STREAM) {
		if (listen(fd, 1))
			die("listen");
		fd = accept(fd, NULL, NULL);
		if (fd < 0)
			die("accept");
		return fd;
	}
	while (recvfrom(fd, block, BLOCK, 0, (struct sockaddr *)&who, &len) != HELLO)
		;
	if (connect(fd, (struct sockaddr *)&who, len) || send(fd, block, HELLO, 0) != HELLO)
		die("answering the source");
	return fd;
}

/* With datagrams, who gets an answer is connected. */
static bool says_hello(int fd)
{
	return send(fd, block, HELLO, 0) == HELLO && recv(fd, block, BLOCK, 0) == HELLO;
}

/* The source's socket, connected with a sink that may not be there yet. */
static int find(int type, const char *address)
{
	struct sockaddr_in where = { .sin_family = AF_INET, .sin_port = port() };
	struct timeval wait = { .tv_usec = ACK_US };
	int fd = new_socket(type);

	if (inet_pton(AF_INET, address, &where.sin_addr) != 1)
		die(address);
	if (type == SOCK_DGRAM)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	for (int i = 0; i < TRIES; i++) {
		if (!connect(fd, (struct sockaddr *)&where, sizeof(where)) &&
		    (type == SOCK_STREAM || says_hello(fd)))
			return fd;
		usleep(TRY_US);
	}
	die(address);
}

/* A datagram may be lost, or come when the sink is gone already. */
static void say_last(int fd)
{
	for (int i = 0; i < LAST_TIMES; i++) {
		usleep(TRY_US);
		if (send(fd, block, LAST, 0) < 0)
			return;
	}
}

static int source(const struct load *load, const char *address, long ms)
{
	int fd = find(load->type, address);

	samples_begin(&samples);
	end_ns = now() + ms * 1000000ULL;
	load->source(fd);
	return fd;
}

static int sink(const struct load *load)
{
	int fd;

	samples_begin(&samples);
	fd = answer(load->type);
	load->sink(fd);
	return fd;
}

static int at(const char *path, const char *first, const char *last)
{
	double a, b;

	if (samples_load(&samples, path))
		return 1;
	a = samples_at(&samples, strtoull(first, NULL, 10));
	b = samples_at(&samples, strtoull(last, NULL, 10));
	if (a < 0 || b < 0) {
		fprintf(stderr, "netload: it was not at it all the time\n");
		return 1;
	}
	printf("%.0f %.0f %llu\n", a, b, (unsigned long long)samples.count);
	return 0;
}

int main(int argc, char **argv)
{
	const struct load *load = NULL;
	int fd;

	if (argc == 5 && !strcmp(argv[1], "at"))
		return at(argv[2], argv[3], argv[4]);
	for (size_t i = 0; argc > 3 && i < sizeof(loads) / sizeof(loads[0]); i++)
		if (!strcmp(argv[2], loads[i].name))
			load = &loads[i];
	alarm(PATIENCE_S);
	if (load && argc == 4 && !strcmp(argv[1], "sink")) {
		fd = sink(load);
	} else if (load && argc == 6 && !strcmp(argv[1], "source")) {
		fd = source(load, argv[4], atol(argv[5]));
		if (load->type == SOCK_DGRAM)
			say_last(fd);
	} else {
		fprintf(stderr, "netload: see the head of netload.c for its arguments\n");
		return 2;
	}
	close(fd);
	return samples_save(&samples, argv[3]) ? 1 : 0;
}
