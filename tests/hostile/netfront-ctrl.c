// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed messages of the control ring: a table. Lists of grants of which one cannot be
 * mapped, or of which nothing can, on a connection that goes on; hashes that make no
 * sense; and an end with a ring full of messages, which nobody is to wait for. Floor F6.
 *
 * A list that is taken is deleted again, so each row finds nothing mapped.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "netfront.h"
#include "../../drivers/net/static.h"

/* Entries of a list; one for each page to receive in. */
#define LIST_COUNT	NETFRONT_ROOM
/* Stands for the list's page in a message. */
#define LIST_PAGE	0xfffffff1

#define OKAY		XEN_NETIF_CTRL_STATUS_SUCCESS
#define INVALID		XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER
#define UNSUPPORTED	XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED
#define TOO_LARGE	XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW

typedef void (*list_spoiler)(struct hostile_netfront *front,
			     struct xen_netif_gref *last);

/**
 * struct malformed_message - a row
 * @name: of the row
 * @status: what has to be answered
 * @type: of the message
 * @data: what it says
 * @spoil: what is wrong with the last entry of the list; NULL for nothing
 */
struct malformed_message {
	const char *name;
	u32 status;
	u16 type;
	u32 data[3];
	list_spoiler spoil;
};

static void twice(struct hostile_netfront *front, struct xen_netif_gref *last)
{
	last->ref = front->room[0].ref;
}

static void unknown_flag(struct hostile_netfront *front, struct xen_netif_gref *last)
{
	last->flags = BIT(hostile_random(&front->guest.book, 1, 15));
}

static void never_granted(struct hostile_netfront *front, struct xen_netif_gref *last)
{
	last->ref = hostile_random(&front->guest.book, BIT(20), U32_MAX);
}

static void revoked(struct hostile_netfront *front, struct xen_netif_gref *last)
{
	last->ref = front->guest.bad.revoked.ref;
}

static void foreign(struct hostile_netfront *front, struct xen_netif_gref *last)
{
	last->ref = front->guest.bad.foreign.ref;
}

static void readonly(struct hostile_netfront *front, struct xen_netif_gref *last)
{
	last->ref = front->guest.bad.readonly.ref;
}

static void readonly_as_such(struct hostile_netfront *front, struct xen_netif_gref *last)
{
	readonly(front, last);
	last->flags = XEN_NETIF_CTRLF_GREF_readonly;
}

#define SAY(_name, _status, _type, ...) {				\
	.name = _name, .status = _status,				\
	.type = XEN_NETIF_CTRL_TYPE_##_type, .data = { __VA_ARGS__ } }
#define ADD(_name, _status, _spoil) {					\
	.name = _name, .status = _status, .spoil = _spoil,		\
	.type = XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING,			\
	.data = { 0, LIST_PAGE, LIST_COUNT } }

static const struct malformed_message rows[] = {
	ADD("list-good", OKAY, NULL),
	ADD("list-one-twice", INVALID, twice),
	ADD("list-unknown-flag", INVALID, unknown_flag),
	ADD("list-never-granted", INVALID, never_granted),
	ADD("list-revoked", INVALID, revoked),
	ADD("list-of-another-domain", INVALID, foreign),
	ADD("list-readonly-to-write", INVALID, readonly),
	ADD("list-readonly", OKAY, readonly_as_such),
	SAY("list-empty", INVALID, ADD_GREF_MAPPING, 0, LIST_PAGE, 0),
	SAY("list-513", INVALID, ADD_GREF_MAPPING, 0, LIST_PAGE, 513),
	SAY("list-2^29", INVALID, ADD_GREF_MAPPING, 0, LIST_PAGE, BIT(29)),
	SAY("list-of-no-queue", INVALID, ADD_GREF_MAPPING, 64, LIST_PAGE, 1),
	SAY("list-nowhere", INVALID, ADD_GREF_MAPPING, 0, U32_MAX, 1),
	SAY("delete-of-no-queue", INVALID, DEL_GREF_MAPPING, U32_MAX, LIST_PAGE, 1),
	SAY("delete-nowhere", INVALID, DEL_GREF_MAPPING, 0, U32_MAX, 1),
	SAY("delete-none-is-there", OKAY, DEL_GREF_MAPPING, 0, LIST_PAGE, 2),
	SAY("delete-513", INVALID, DEL_GREF_MAPPING, 0, LIST_PAGE, 513),
	SAY("size-of-no-queue", INVALID, GET_GREF_MAPPING_SIZE, 1),
	SAY("hash-flags-of-none", INVALID, SET_HASH_FLAGS, 1),
	SAY("hash-algorithm-2", INVALID, SET_HASH_ALGORITHM, 2),
	SAY("hash-key-nowhere", INVALID, SET_HASH_KEY, U32_MAX, 40),
	SAY("hash-key-2^31", TOO_LARGE, SET_HASH_KEY, LIST_PAGE, BIT(31)),
	SAY("hash-table-2^31", INVALID, SET_HASH_MAPPING_SIZE, BIT(31)),
	SAY("hash-table-outside", INVALID, SET_HASH_MAPPING, LIST_PAGE, 1, U32_MAX),
	SAY("hash-table-many", TOO_LARGE, SET_HASH_MAPPING, LIST_PAGE, U32_MAX, 0),
	{ "type-0", UNSUPPORTED, XEN_NETIF_CTRL_TYPE_INVALID },
	{ "type-65535", UNSUPPORTED, U16_MAX },
};

static bool has_answer(struct hostile_guest *guest)
{
	struct xen_netif_ctrl_front_ring *ring = &netfront_of(guest)->control.ring;
	bool more;

	RING_FINAL_CHECK_FOR_RESPONSES(ring, more);
	return more;
}

static void put(struct hostile_netfront *front, u16 type, const u32 *data)
{
	struct netfront_control *control = &front->control;
	struct xen_netif_ctrl_request req = { .id = ++front->id, .type = type };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(req.data); i++)
		req.data[i] = data[i] == LIST_PAGE ? control->list.ref : data[i];
	*RING_GET_REQUEST(&control->ring, control->ring.req_prod_pvt++) = req;
}

static void show(struct netfront_control *control)
{
	RING_PUSH_REQUESTS(&control->ring);
	notify_remote_via_evtchn(control->port);
}

/* Return: 0, or -ETIMEDOUT for no answer. */
static int ask(struct hostile_netfront *front, u16 type, const u32 *data,
	       struct xen_netif_ctrl_response *rsp)
{
	struct netfront_control *control = &front->control;

	put(front, type, data);
	show(control);
	if (!guest_wait(&front->guest, has_answer, GUEST_LONG_MS))
		return -ETIMEDOUT;
	RING_COPY_RESPONSE(&control->ring, control->ring.rsp_cons, rsp);
	control->ring.rsp_cons++;
	return 0;
}

static void fill_list(struct hostile_netfront *front, list_spoiler spoil)
{
	struct xen_netif_gref *list = front->control.list.addr;
	u32 i;

	memset(list, 0, PAGE_SIZE);
	for (i = 0; i < LIST_COUNT; i++)
		list[i].ref = front->room[i].ref;
	if (spoil)
		spoil(front, &list[LIST_COUNT - 1]);
}

/* What was added is deleted: all of it is there. */
static int forget_list(struct hostile_netfront *front, struct hostile_tally *tally)
{
	static const u32 data[] = { 0, LIST_PAGE, LIST_COUNT };
	struct xen_netif_ctrl_response rsp;
	int err = ask(front, XEN_NETIF_CTRL_TYPE_DEL_GREF_MAPPING, data, &rsp);

	if (!err)
		hostile_judge(tally, rsp.status == OKAY && rsp.data == LIST_COUNT,
			      "deleted with status %u: %u", rsp.status, rsp.data);
	return err;
}

static int tell(struct hostile_netfront *front, const struct malformed_message *row)
{
	struct hostile_tally *tally = hostile_tally(&front->guest.book, "control",
						    row->name);
	struct xen_netif_ctrl_response rsp;
	int err;

	fill_list(front, row->spoil);
	err = ask(front, row->type, row->data, &rsp);
	if (err) {
		hostile_judge(tally, false, "no answer");
		return err;
	}
	hostile_judge(tally, rsp.status == row->status && rsp.id == front->id &&
		      rsp.type == row->type, "status %u type %u id %#x for %#x",
		      rsp.status, rsp.type, rsp.id, front->id);
	if (row->type == XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING && rsp.status == OKAY)
		err = forget_list(front, tally);
	return err;
}

static int publish_control(struct hostile_guest *guest, const void *arg)
{
	const struct netfront_control *control = &netfront_of(guest)->control;
	const char *dir = guest->dev->nodename;
	int err = xenbus_printf(XBT_NIL, dir, "ctrl-ring-ref", "%u",
				control->page.ref);

	return err ?: xenbus_printf(XBT_NIL, dir, "event-channel-ctrl", "%u",
				    control->port);
}

static int connect(struct hostile_netfront *front)
{
	static const struct guest_offer offer = { .alter = publish_control };
	struct netfront_control *control = &front->control;
	struct xen_netif_ctrl_sring *shared = control->page.addr;
	int state;

	/* It looks at the ring as soon as it has it: no backend may have the last one. */
	state = guest_reconnect(&front->guest);
	if (state < 0)
		return state;
	memset(shared, 0, PAGE_SIZE);
	SHARED_RING_INIT(shared);
	FRONT_RING_INIT(&control->ring, shared, PAGE_SIZE);
	state = guest_connect(&front->guest, &offer);
	if (state < 0)
		return state;
	return state == XenbusStateConnected ? 0 : -ECONNREFUSED;
}

/*
 * As many messages as the ring takes, each of which waits until nobody can be using what
 * it named; and the end of the connection at once.
 */
static int leave_full(struct hostile_netfront *front)
{
	static const u32 data[] = { 0, LIST_PAGE, LIST_COUNT };
	struct hostile_tally *tally = hostile_tally(&front->guest.book, "control",
						    "end-with-a-full-ring");
	struct netfront_control *control = &front->control;
	int err = connect(front);

	if (err)
		return err;
	fill_list(front, twice);
	while (!RING_FULL(&control->ring))
		put(front, XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING, data);
	show(control);
	err = guest_reconnect(&front->guest);
	hostile_judge(tally, !err, "not connected anew (%d)", err);
	return err;
}

/**
 * netfront_control_make - what the control ring needs
 * @front: the hostile half; the page and the port are as long as it is
 * @dev: its device
 *
 * Return: 0 or a negative errno.
 */
int netfront_control_make(struct hostile_netfront *front, struct xenbus_device *dev)
{
	struct netfront_control *control = &front->control;
	int err = hostile_page_make(&control->page, dev->otherend_id, false);

	err = err ?: hostile_page_make(&control->list, dev->otherend_id, false);
	return err ?: xenbus_alloc_evtchn(dev, &control->port);
}

/**
 * netfront_control_free - give it up
 * @front: the hostile half
 */
void netfront_control_free(struct hostile_netfront *front)
{
	struct netfront_control *control = &front->control;

	if (control->port)
		xenbus_free_evtchn(front->guest.dev, control->port);
	hostile_page_free(&control->page);
	hostile_page_free(&control->list);
}

/**
 * netfront_play_control - the act: malformed messages
 * @owner: the hostile half
 * @count: how often the whole table
 *
 * Return: 0 or a negative errno.
 */
int netfront_play_control(void *owner, u32 count)
{
	struct hostile_netfront *front = owner;
	int err = 0;
	u32 i, row;

	for (i = 0; i < count && !err; i++) {
		err = connect(front);
		for (row = 0; row < ARRAY_SIZE(rows) && !err; row++)
			err = tell(front, &rows[row]);
		err = err ?: guest_good(&front->guest);
		err = err ?: leave_full(front);
	}
	return err ?: guest_good(&front->guest);
}
