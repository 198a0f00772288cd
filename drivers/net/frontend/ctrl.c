// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control ring: messages to the backend about how packets get here, one at
 * a time, and a work that sends them. Floor F5; made and taken down by life.c
 * with the queues, if the backend has one.
 *
 * Nothing waits for it: packets flow before, and if it fails they go on as they
 * did. The work is frozen before the domain is suspended, so that it grants
 * nothing to a backend that is about to be another one.
 *
 * A backend that does not answer, or not what was asked, is asked nothing
 * more on this connection.
 */
#include <linux/kernel.h>
#include <linux/slab.h>

#include "front.h"
#include "ctrl.h"

/* How long a backend may think. */
#define PATIENCE	(5 * HZ)

static int netfront_ctrl_take_answer(void *owner, void *entry)
{
	struct netfront_ctrl *ctrl = owner;

	ctrl->rsp = *(struct xen_netif_ctrl_response *)entry;
	/* The answer before the word of it: partner of the read in netfront_ctrl_ask(). */
	smp_store_release(&ctrl->answered, true);
	return 0;
}

static irqreturn_t netfront_ctrl_interrupt(int irq, void *arg)
{
	struct netfront_ctrl *ctrl = arg;
	struct xen_ring *ring = &ctrl->channel.ring;
	struct xen_netif_ctrl_response rsp;
	int done, sum = 0;

	do {
		/* As only one was asked for, there can only be one. */
		done = xen_ring_drain(ring, &rsp, sizeof(rsp), 1, netfront_ctrl_take_answer,
				      ctrl);
		if (done < 0) {
			WRITE_ONCE(ctrl->dead, true);
			wake_up(&ctrl->wait);
			return IRQ_HANDLED;
		}
		sum += done;
	} while (done && xen_ring_arm(ring, 1));
	wake_up(&ctrl->wait);
	xen_irq_lateeoi(irq, sum ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

static int netfront_ctrl_give_up(struct netfront_ctrl *ctrl, const char *why)
{
	WRITE_ONCE(ctrl->dead, true);
	if (xen_log_allowed())
		netdev_warn(ctrl->front->netdev,
			    "backend %s on the control ring; going on without it\n",
			    why);
	return -EPIPE;
}

/**
 * netfront_ctrl_ask - send a message and wait for the answer
 * @ctrl: the control ring
 * @type: XEN_NETIF_CTRL_TYPE_*
 * @data: what goes with it
 * @answer: what came with the answer; may be NULL
 *
 * Context: the control ring's work. Return: 0; -EOPNOTSUPP, -EINVAL or -E2BIG if
 * the backend says so; -EPIPE if there is nobody to ask any more.
 */
int netfront_ctrl_ask(struct netfront_ctrl *ctrl, u16 type,
		      const u32 data[3], u32 *answer)
{
	struct xen_netif_ctrl_request req __aligned(sizeof(u64)) = {
		.id = ++ctrl->id, .type = type,
		.data = { data[0], data[1], data[2] },
	};
	int err;

	if (READ_ONCE(ctrl->dead))
		return -EPIPE;
	WRITE_ONCE(ctrl->answered, false);
	xen_ring_put(&ctrl->channel.ring, &req, sizeof(req));
	xen_channel_push(&ctrl->channel);
	if (!wait_event_timeout(ctrl->wait, READ_ONCE(ctrl->answered) ||
				READ_ONCE(ctrl->dead), PATIENCE))
		return netfront_ctrl_give_up(ctrl, "does not answer");
	/* The word of it before the answer: partner of netfront_ctrl_take_answer(). */
	if (!smp_load_acquire(&ctrl->answered))
		return -EPIPE;
	err = netfront_parse_answer(&req, &ctrl->rsp, answer);
	if (err == -EPROTO)
		return netfront_ctrl_give_up(ctrl, "answers what was not asked");
	return err;
}

static void netfront_ctrl_talk(struct work_struct *work)
{
	struct netfront_ctrl *ctrl = container_of(work, struct netfront_ctrl,
						  work);

	if (!ctrl->begun)
		netfront_static_begin(ctrl);
	ctrl->begun = true;
	netfront_hash_follow(ctrl);
}

/**
 * netfront_ctrl_follow - send the backend what it does not know yet
 * @front: the interface, live
 *
 * Context: any that excludes the ring's end: with rtnl, or the connection's lock.
 */
void netfront_ctrl_follow(struct netfront *front)
{
	if (front->ctrl)
		queue_work(system_freezable_wq, &front->ctrl->work);
}

/* A page that is granted for as long as the ring is, for lists and keys. */
static int netfront_ctrl_make_page(struct netfront_ctrl *ctrl)
{
	int ref;

	ctrl->page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!ctrl->page)
		return -ENOMEM;
	ref = gnttab_grant_foreign_access(ctrl->front->dev->otherend_id,
					  xen_page_to_gfn(ctrl->page), false);
	if (ref < 0) {
		__free_page(ctrl->page);
		ctrl->page = NULL;
		return ref;
	}
	ctrl->gref = ref;
	return 0;
}

/**
 * netfront_ctrl_create - make a control ring, if the backend has one
 * @front: the interface, its offer read
 *
 * There is none if that fails. Context: may sleep.
 */
void netfront_ctrl_create(struct netfront *front)
{
	struct netfront_ctrl *ctrl;
	int err;

	if (!front->offer.ctrl)
		return;
	ctrl = kzalloc(sizeof(*ctrl), GFP_KERNEL);
	if (!ctrl)
		return;
	front->ctrl = ctrl;
	ctrl->front = front;
	init_waitqueue_head(&ctrl->wait);
	INIT_WORK(&ctrl->work, netfront_ctrl_talk);
	snprintf(ctrl->name, sizeof(ctrl->name), "%s-ctrl",
		 dev_name(&front->dev->dev));
	err = netfront_ctrl_make_page(ctrl);
	if (!err)
		err = xen_channel_create(&ctrl->channel, front->dev, 1,
					 sizeof(struct xen_netif_ctrl_request),
					 netfront_ctrl_interrupt, ctrl->name, ctrl);
	if (err)
		netfront_ctrl_destroy(front);
}

/**
 * netfront_ctrl_publish - write the control ring's nodes
 * @front: the interface
 * @xbt: the transaction
 *
 * Those of a connection that had one must not stay. Return: 0 or a negative errno.
 */
int netfront_ctrl_publish(const struct netfront *front,
			  struct xenbus_transaction xbt)
{
	const char *node = front->dev->nodename;
	const struct xen_channel_keys keys = {
		.dir = node,
		.ref = "ctrl-ring-ref",
		.port = "event-channel-ctrl",
	};
	int err = 0;

	if (front->ctrl)
		return xen_channel_publish(&front->ctrl->channel, xbt, &keys);
	if (xenbus_exists(xbt, node, keys.ref))
		err = xenbus_rm(xbt, node, keys.ref);
	if (!err && xenbus_exists(xbt, node, keys.port))
		err = xenbus_rm(xbt, node, keys.port);
	return err;
}

/**
 * netfront_ctrl_revoke - end the backend's access to the control ring
 * @front: the interface, not live
 *
 * Return: 0, or -EAGAIN while it has the ring mapped.
 */
int netfront_ctrl_revoke(struct netfront *front)
{
	return front->ctrl ? xen_channel_revoke(&front->ctrl->channel) : 0;
}

/**
 * netfront_ctrl_stop - send nothing more
 * @front: the interface, not live
 *
 * On return the work does not run and will not. Context: may sleep.
 */
void netfront_ctrl_stop(struct netfront *front)
{
	struct netfront_ctrl *ctrl = front->ctrl;

	if (!ctrl)
		return;
	WRITE_ONCE(ctrl->dead, true);
	wake_up(&ctrl->wait);
	cancel_work_sync(&ctrl->work);
	xen_channel_mask(&ctrl->channel);
}

/**
 * netfront_ctrl_destroy - take the control ring down
 * @front: the interface, not live
 *
 * Context: may sleep.
 */
void netfront_ctrl_destroy(struct netfront *front)
{
	struct netfront_ctrl *ctrl = front->ctrl;

	if (!ctrl)
		return;
	netfront_ctrl_stop(front);
	xen_channel_destroy(&ctrl->channel);
	if (ctrl->page)
		gnttab_end_foreign_access(ctrl->gref, ctrl->page);
	kfree(ctrl);
	front->ctrl = NULL;
}
