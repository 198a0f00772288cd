// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control ring: messages of a guest about how packets get to it, served by
 * a work. Floor F5; made and taken down with the queues, if the guest has one.
 *
 * What a message does is decided by ctrl.c; this is the ring, and the way to the
 * pages that messages name. Messages are not counted against the guest: each
 * costs it more than us, and one that has its grants unmapped waits until nobody
 * uses them. That is why they have a workqueue of their own, and why who disconnects,
 * in xenwatch, waits for no more than one.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "back.h"
#include "control.h"

/* Messages of one run of the work; between them others have their turn. */
#define BATCH	32

static struct workqueue_struct *ctrl_ring_workqueue;

static irqreturn_t netback_ctrl_ring_control_interrupt(int irq, void *arg)
{
	struct netback_control *control = arg;

	WRITE_ONCE(control->event.pending, true);
	queue_work(ctrl_ring_workqueue, &control->work);
	return IRQ_HANDLED;
}

static int netback_ctrl_ring_copy(struct netback_control *control, grant_ref_t gref, u32 len,
				  bool out)
{
	struct gnttab_copy op = { .len = len };
	domid_t domid = control->back->dev->otherend_id;

	if (out) {
		op.flags = GNTCOPY_dest_gref;
		op.source.u.gmfn = virt_to_gfn(control->page);
		op.source.domid = DOMID_SELF;
		op.dest.u.ref = gref;
		op.dest.domid = domid;
	} else {
		op.flags = GNTCOPY_source_gref;
		op.source.u.ref = gref;
		op.source.domid = domid;
		op.dest.u.gmfn = virt_to_gfn(control->page);
		op.dest.domid = DOMID_SELF;
	}
	gnttab_batch_copy(&op, 1);
	return op.status == GNTST_okay ? 0 : -EFAULT;
}

static int netback_ctrl_ring_fetch(void *owner, grant_ref_t gref, void *to, u32 len)
{
	struct netback_control *control = owner;
	int err = netback_ctrl_ring_copy(control, gref, len, false);

	if (!err)
		memcpy(to, control->page, len);
	return err;
}

static int netback_ctrl_ring_store(void *owner, grant_ref_t gref, const void *from, u32 len)
{
	struct netback_control *control = owner;

	memcpy(control->page, from, len);
	return netback_ctrl_ring_copy(control, gref, len, true);
}

static const struct netback_ctrl_ops ctrl_ops = {
	.fetch = netback_ctrl_ring_fetch,
	.store = netback_ctrl_ring_store,
	.map = netback_grefs_map,
	.retire = netback_grefs_retire,
};

static int netback_ctrl_ring_handle(void *owner, void *entry)
{
	struct netback_control *control = owner;
	const struct xen_netif_ctrl_request *req = entry;
	struct xen_netif_ctrl_response rsp;

	if (READ_ONCE(control->ending))
		return -EPIPE;
	control->event.served++;
	netback_ctrl_apply(&control->ctrl, req, &rsp);
	if (req->type <= XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM)
		netback_steer(control->back, &control->ctrl.hash);
	xen_ring_put(&control->channel.ring, &rsp, sizeof(rsp));
	return 0;
}

static void netback_ctrl_ring_serve(struct work_struct *work)
{
	struct netback_control *control =
		container_of(work, struct netback_control, work);
	struct xen_ring *ring = &control->channel.ring;
	bool seen = READ_ONCE(control->event.pending);
	struct xen_netif_ctrl_request req __aligned(sizeof(u64));
	int done = xen_ring_drain(ring, &req, sizeof(req), BATCH, netback_ctrl_ring_handle,
				  control);

	xen_channel_push(&control->channel);
	if (done < 0) {
		/* The event stays unanswered: the channel is masked now. */
		if (!READ_ONCE(control->ending) && xen_log_allowed())
			netdev_err(control->back->netdev,
				   "frontend broke its control ring; it has to reconnect\n");
		return;
	}
	if (done == BATCH || xen_ring_arm(ring, 1)) {
		queue_work(ctrl_ring_workqueue, &control->work);
		return;
	}
	netback_event_answer(&control->event, control->channel.irq, seen);
}

static int netback_ctrl_ring_attach(struct netback_control *control)
{
	struct xenbus_device *dev = control->back->dev;
	const struct xen_channel_keys keys = {
		.dir = dev->otherend,
		.ref = "ctrl-ring-ref",
		.port = "event-channel-ctrl",
	};
	int err;

	err = xen_channel_attach(&control->channel, dev, &keys, 1,
				 sizeof(struct xen_netif_ctrl_request));
	if (err)
		return err;
	snprintf(control->name, sizeof(control->name), "%s-ctrl",
		 dev_name(&dev->dev));
	return xen_channel_listen(&control->channel, netback_ctrl_ring_control_interrupt,
				  control->name, control);
}

static int netback_ctrl_ring_make_tables(struct netback_control *control)
{
	struct netback *back = control->back;
	u32 i, limit = netback_grefs_offered();
	int err;

	control->page = (void *)get_zeroed_page(GFP_KERNEL);
	control->ctrl.grefs = kcalloc(back->nr_queues,
				      sizeof(*control->ctrl.grefs), GFP_KERNEL);
	if (!control->page || !control->ctrl.grefs)
		return -ENOMEM;
	for (i = 0; i < back->nr_queues; i++) {
		struct netback_grefs *grefs = &back->queues[i].grefs;

		err = netback_grefs_create(grefs, limit);
		if (err)
			return err;
		control->ctrl.grefs[i] = grefs;
	}
	return 0;
}

/**
 * netback_control_create - serve the guest's control ring, if it has one
 * @back: the interface, its queues made
 *
 * Context: may sleep. Return: 0 or a negative errno.
 */
int netback_control_create(struct netback *back)
{
	struct netback_control *control;
	int err;

	if (!xenbus_exists(XBT_NIL, back->dev->otherend, "ctrl-ring-ref"))
		return 0;
	control = kvzalloc(sizeof(*control), GFP_KERNEL);
	if (!control)
		return -ENOMEM;
	back->control = control;
	control->back = back;
	control->ctrl.ops = &ctrl_ops;
	control->ctrl.owner = control;
	control->ctrl.queues = back->nr_queues;
	gnttab_page_cache_init(&control->cache);
	INIT_WORK(&control->work, netback_ctrl_ring_serve);

	err = netback_ctrl_ring_make_tables(control);
	if (!err)
		err = netback_ctrl_ring_attach(control);
	if (err) {
		netback_control_destroy(back);
		return err;
	}
	/* What was asked before anybody listened. */
	queue_work(ctrl_ring_workqueue, &control->work);
	return 0;
}

/**
 * netback_control_destroy - serve it no more, and let go of all grants
 * @back: the interface, whose queues nobody uses any more
 *
 * Context: may sleep.
 */
void netback_control_destroy(struct netback *back)
{
	static const struct netback_hash none;
	struct netback_control *control = back->control;
	unsigned int i;

	if (!control)
		return;
	xen_channel_mask(&control->channel);
	WRITE_ONCE(control->ending, true);
	cancel_work_sync(&control->work);
	netback_steer(back, &none);
	for (i = 0; i < back->nr_queues; i++) {
		netback_grefs_unmap_all(control, &back->queues[i].grefs);
		netback_grefs_destroy(&back->queues[i].grefs);
	}
	gnttab_page_cache_shrink(&control->cache, 0);
	xen_channel_destroy(&control->channel);
	free_page((unsigned long)control->page);
	kfree(control->ctrl.grefs);
	kvfree(control);
	back->control = NULL;
}

/**
 * netback_control_init - what all control rings share
 *
 * Return: 0 or -ENOMEM.
 */
int netback_control_init(void)
{
	ctrl_ring_workqueue = alloc_workqueue("xen-netback-ctrl", WQ_UNBOUND, 0);
	return ctrl_ring_workqueue ? 0 : -ENOMEM;
}

/**
 * netback_control_exit - there is no interface any more
 */
void netback_control_exit(void)
{
	destroy_workqueue(ctrl_ring_workqueue);
}
