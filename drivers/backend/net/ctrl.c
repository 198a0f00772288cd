// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages of the control ring: see ctrl.h. Floor F5, pure.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "ctrl.h"

#define OKAY		XEN_NETIF_CTRL_STATUS_SUCCESS
#define INVALID		XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER
#define UNSUPPORTED	XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED
#define TOO_LARGE	XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW

static u32 netback_ctrl_set_algorithm(struct netback_ctrl *ctrl, u32 algorithm)
{
	if (algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_NONE &&
	    algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ)
		return INVALID;
	ctrl->hash.algorithm = algorithm;
	if (algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		ctrl->hash.types = 0;
	return OKAY;
}

static u32 netback_ctrl_get_types(const struct netback_ctrl *ctrl, u32 *data)
{
	if (ctrl->hash.algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return UNSUPPORTED;
	*data = NETBACK_HASH_TYPES;
	return OKAY;
}

static u32 netback_ctrl_set_types(struct netback_ctrl *ctrl, u32 types)
{
	if (types & ~NETBACK_HASH_TYPES ||
	    ctrl->hash.algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return INVALID;
	ctrl->hash.types = types;
	return OKAY;
}

static u32 netback_ctrl_set_key(struct netback_ctrl *ctrl, grant_ref_t gref, u32 len)
{
	u8 key[NETBACK_KEY_MAX] = { };

	if (len > sizeof(key))
		return TOO_LARGE;
	if (len && ctrl->ops->fetch(ctrl->owner, gref, key, len))
		return INVALID;
	memcpy(ctrl->hash.key, key, sizeof(key));
	return OKAY;
}

static u32 netback_ctrl_set_size(struct netback_ctrl *ctrl, u32 size)
{
	if (size > NETBACK_TABLE_MAX)
		return INVALID;
	memset(ctrl->hash.table, 0, sizeof(ctrl->hash.table));
	ctrl->hash.size = size;
	return OKAY;
}

static u32 netback_ctrl_set_table(struct netback_ctrl *ctrl, grant_ref_t gref, u32 count,
				  u32 first)
{
	u32 table[NETBACK_TABLE_MAX], i;

	if (count > NETBACK_TABLE_MAX)
		return TOO_LARGE;
	if (first > ctrl->hash.size || count > ctrl->hash.size - first)
		return INVALID;
	if (count && ctrl->ops->fetch(ctrl->owner, gref, table,
				      count * sizeof(*table)))
		return INVALID;
	for (i = 0; i < count; i++)
		if (table[i] >= ctrl->queues)
			return INVALID;
	memcpy(&ctrl->hash.table[first], table, count * sizeof(*table));
	return OKAY;
}

static u32 netback_ctrl_get_limit(const struct netback_ctrl *ctrl, u32 queue, u32 *data)
{
	if (queue >= ctrl->queues)
		return INVALID;
	*data = ctrl->grefs[queue]->limit;
	return OKAY;
}

/* Fetches a list of grants of a queue. Return: its table, or NULL. */
static struct netback_grefs *netback_ctrl_get_list(struct netback_ctrl *ctrl,
						   const u32 *data)
{
	u32 queue = data[0], count = data[2];

	if (queue >= ctrl->queues || !count || count > XEN_NET_GREFS_LIST)
		return NULL;
	if (!ctrl->grefs[queue]->limit)
		return NULL;
	if (ctrl->ops->fetch(ctrl->owner, data[1], ctrl->list,
			     count * sizeof(*ctrl->list)))
		return NULL;
	return ctrl->grefs[queue];
}

/*
 * The first @count entries of the list are no more, mapped or not: who stands at one
 * that never was mapped must not see what it becomes, either.
 */
static void netback_ctrl_retire(struct netback_ctrl *ctrl, struct netback_grefs *grefs,
				u32 count)
{
	u32 i;

	if (!count)
		return;
	ctrl->ops->retire(ctrl->owner, grefs, ctrl->which, count);
	for (i = 0; i < count; i++)
		netback_grefs_free(grefs, ctrl->which[i]);
}

/* Return: how many entries were made: all, if each reference is new. */
static u32 netback_ctrl_claim(struct netback_ctrl *ctrl, struct netback_grefs *grefs,
			      u32 count)
{
	u32 i;

	if (count > grefs->limit - grefs->count)
		return 0;
	for (i = 0; i < count; i++) {
		u16 flags = ctrl->list[i].flags;
		int which;

		if (flags & ~XEN_NETIF_CTRLF_GREF_readonly)
			return i;
		which = netback_grefs_claim(grefs, ctrl->list[i].ref, flags);
		if (which < 0)
			return i;
		ctrl->which[i] = which;
	}
	return count;
}

static u32 netback_ctrl_add_grefs(struct netback_ctrl *ctrl, const u32 *data)
{
	struct netback_grefs *grefs = netback_ctrl_get_list(ctrl, data);
	u32 i, made, count = data[2];

	if (!grefs)
		return INVALID;
	made = netback_ctrl_claim(ctrl, grefs, count);
	if (made == count &&
	    !ctrl->ops->map(ctrl->owner, grefs, ctrl->which, count))
		return OKAY;
	for (i = 0; i < made; i++)
		netback_grefs_drop(grefs, ctrl->list[i].ref);
	netback_ctrl_retire(ctrl, grefs, made);
	return INVALID;
}

static u32 netback_ctrl_del_grefs(struct netback_ctrl *ctrl, const u32 *data, u32 *result)
{
	struct netback_grefs *grefs = netback_ctrl_get_list(ctrl, data);
	u32 i, gone = 0, count = data[2];

	if (!grefs)
		return INVALID;
	for (i = 0; i < count; i++) {
		int which = netback_grefs_drop(grefs, ctrl->list[i].ref);

		ctrl->list[i].status = which < 0 ? INVALID : OKAY;
		if (which >= 0)
			ctrl->which[gone++] = which;
	}
	netback_ctrl_retire(ctrl, grefs, gone);
	*result = gone;
	/* Who cannot be told has lost them all the same. */
	return ctrl->ops->store(ctrl->owner, data[1], ctrl->list,
				count * sizeof(*ctrl->list)) ? INVALID : OKAY;
}

static u32 netback_ctrl_apply_type(struct netback_ctrl *ctrl, u32 type, const u32 *data,
				   u32 *result)
{
	switch (type) {
	case XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM:
		return netback_ctrl_set_algorithm(ctrl, data[0]);
	case XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS:
		return netback_ctrl_get_types(ctrl, result);
	case XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS:
		return netback_ctrl_set_types(ctrl, data[0]);
	case XEN_NETIF_CTRL_TYPE_SET_HASH_KEY:
		return netback_ctrl_set_key(ctrl, data[0], data[1]);
	case XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE:
		*result = NETBACK_TABLE_MAX;
		return OKAY;
	case XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE:
		return netback_ctrl_set_size(ctrl, data[0]);
	case XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING:
		return netback_ctrl_set_table(ctrl, data[0], data[1], data[2]);
	case XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE:
		return netback_ctrl_get_limit(ctrl, data[0], result);
	case XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING:
		return netback_ctrl_add_grefs(ctrl, data);
	case XEN_NETIF_CTRL_TYPE_DEL_GREF_MAPPING:
		return netback_ctrl_del_grefs(ctrl, data, result);
	default:
		return UNSUPPORTED;
	}
}

/**
 * netback_ctrl_apply - carry out a message
 * @ctrl: what to change, and with what
 * @req: private copy of the message
 * @rsp: the response, to be filled
 */
void netback_ctrl_apply(struct netback_ctrl *ctrl,
			const struct xen_netif_ctrl_request *req,
			struct xen_netif_ctrl_response *rsp)
{
	*rsp = (struct xen_netif_ctrl_response) {
		.id = req->id, .type = req->type,
	};
	rsp->status = netback_ctrl_apply_type(ctrl, req->type, req->data, &rsp->data);
}
