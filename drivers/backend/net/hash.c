// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hash, and the requests that set it: see hash.h. Floor F5, pure.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "hash.h"

/**
 * netback_toeplitz - the Toeplitz hash
 * @key: %NETBACK_KEY_MAX bytes
 * @data: what is hashed
 * @len: its bytes; at most %NETBACK_KEY_MAX - 4
 *
 * Each bit of the data that is set adds the 32 bits of the key that begin at
 * the same place.
 */
u32 netback_toeplitz(const u8 *key, const u8 *data, u32 len)
{
	u32 window = (u32)key[0] << 24 | key[1] << 16 | key[2] << 8 | key[3];
	u32 i, bit, hash = 0;

	for (i = 0; i < len; i++) {
		for (bit = 0x80; bit; bit >>= 1) {
			if (data[i] & bit)
				hash ^= window;
			window = window << 1 | !!(key[i + 4] & bit);
		}
	}
	return hash;
}

/**
 * netback_hash_queue - the queue of a packet
 * @hash: what the guest asked for
 * @value: of the packet
 * @queues: how many there are, at least one
 *
 * Return: less than @queues, whatever was asked for.
 */
u32 netback_hash_queue(const struct netback_hash *hash, u32 value, u32 queues)
{
	u32 size = hash->size;

	if (!size || size > NETBACK_TABLE_MAX)
		return value % queues;
	return hash->table[value % size] % queues;
}

static u32 set_algorithm(const struct netback_ctrl *ctrl, u32 algorithm)
{
	if (algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_NONE &&
	    algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	ctrl->hash->algorithm = algorithm;
	if (algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		ctrl->hash->types = 0;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 get_types(const struct netback_ctrl *ctrl, u32 *data)
{
	if (ctrl->hash->algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED;
	*data = NETBACK_HASH_TYPES;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_types(const struct netback_ctrl *ctrl, u32 types)
{
	if (types & ~NETBACK_HASH_TYPES ||
	    ctrl->hash->algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	ctrl->hash->types = types;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_key(const struct netback_ctrl *ctrl, grant_ref_t gref, u32 len)
{
	u8 key[NETBACK_KEY_MAX] = { };

	if (len > sizeof(key))
		return XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW;
	if (len && ctrl->fetch(ctrl->owner, gref, key, len))
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	memcpy(ctrl->hash->key, key, sizeof(key));
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_size(const struct netback_ctrl *ctrl, u32 size)
{
	if (size > NETBACK_TABLE_MAX)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	memset(ctrl->hash->table, 0, sizeof(ctrl->hash->table));
	ctrl->hash->size = size;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 set_table(const struct netback_ctrl *ctrl, grant_ref_t gref,
		     u32 count, u32 first)
{
	u32 table[NETBACK_TABLE_MAX], i;

	if (count > NETBACK_TABLE_MAX)
		return XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW;
	if (first > ctrl->hash->size || count > ctrl->hash->size - first)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	if (count && ctrl->fetch(ctrl->owner, gref, table,
				 count * sizeof(*table)))
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	for (i = 0; i < count; i++)
		if (table[i] >= ctrl->queues)
			return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	memcpy(&ctrl->hash->table[first], table, count * sizeof(*table));
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

static u32 apply(const struct netback_ctrl *ctrl, u32 type, const u32 *data,
		 u32 *result)
{
	switch (type) {
	case XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM:
		return set_algorithm(ctrl, data[0]);
	case XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS:
		return get_types(ctrl, result);
	case XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS:
		return set_types(ctrl, data[0]);
	case XEN_NETIF_CTRL_TYPE_SET_HASH_KEY:
		return set_key(ctrl, data[0], data[1]);
	case XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE:
		*result = NETBACK_TABLE_MAX;
		return XEN_NETIF_CTRL_STATUS_SUCCESS;
	case XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE:
		return set_size(ctrl, data[0]);
	case XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING:
		return set_table(ctrl, data[0], data[1], data[2]);
	default:
		return XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED;
	}
}

/**
 * netback_ctrl_apply - carry out a request of the control ring
 * @ctrl: what to change, and with what
 * @req: private copy of the request
 * @rsp: the response, to be filled
 */
void netback_ctrl_apply(const struct netback_ctrl *ctrl,
			const struct xen_netif_ctrl_request *req,
			struct xen_netif_ctrl_response *rsp)
{
	*rsp = (struct xen_netif_ctrl_response) {
		.id = req->id, .type = req->type,
	};
	rsp->status = apply(ctrl, req->type, req->data, &rsp->data);
}
