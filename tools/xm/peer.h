/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two ends of a migration say to each other. "<": the one where the guest
 * comes to says it, ">": the one where it is.
 *
 *   < ready                 it is there
 *   > header, configuration (saved.h)
 *   < accept                nothing that can be seen is in the way
 *   > the stream            the guest is suspended at its end
 *   < received              it is whole there, and paused
 *   > go                    from here on it belongs there
 *   < running               it runs there; or "failed", and nothing is left there
 *
 * Anything else, or the end of the pipe, ends it: before "go" the guest goes on where
 * it was, after it where it came to. "go" has to come soon after "received": later it is
 * "failed", and nothing is left. So who has waited longer than that for "running" can
 * see at the other end which it was.
 */
#ifndef XM_PEER_H
#define XM_PEER_H

#include <stdbool.h>
#include <sys/types.h>

/* The number is another one when something else is said. */
#define XM_PEER_XM "xm migration "
#define XM_PEER_READY XM_PEER_XM "1 ready"
#define XM_PEER_ACCEPT "accept"
#define XM_PEER_RECEIVED "received"
#define XM_PEER_GO "go"
#define XM_PEER_RUNNING "running"
#define XM_PEER_FAILED "failed"

/* Seconds for "go", and for "running", which is to be longer by far. */
#define XM_PEER_GO_SECONDS 60
#define XM_PEER_RUNNING_SECONDS 150

/**
 * enum xm_heard - what was heard of the other end
 * @XM_HEARD_NOTHING: it is gone, or takes too long, or says what nobody knows; or
 *                    somebody does not want to wait
 * @XM_HEARD_FAILED: %XM_PEER_FAILED
 * @XM_HEARD_VERSION: it is there, but says other things than this xm
 * @XM_HEARD: what was to come
 */
enum xm_heard { XM_HEARD_NOTHING, XM_HEARD_FAILED, XM_HEARD_VERSION, XM_HEARD };

/**
 * struct xm_peer - the other end
 * @in: what it says
 * @out: what it is told
 * @pid: the process that leads to it; 0: none that this one has started
 * @name: of the guest, for who waits
 * @patient: a signal does not end the waiting
 */
struct xm_peer {
	int in;
	int out;
	pid_t pid;
	const char *name;
	bool patient;
};

bool xm_peer_start(struct xm_peer *peer, const char *ssh, const char *host);
bool xm_peer_say(struct xm_peer *peer, const char *line);
enum xm_heard xm_peer_hear(struct xm_peer *peer, const char *line, long seconds);
void xm_peer_end(struct xm_peer *peer, bool kill_it);

#endif /* XM_PEER_H */
