// SPDX-License-Identifier: GPL-2.0-only
/*
 * The screen that Xen leaves to Dom0: what a boot loader would have told.
 *
 * The console information stands behind the start info, and a Xen that is older than a field
 * of it gives a smaller one. Called by boot/start.c and by PVH's start. Floor F1.
 */
#include <linux/screen_info.h>
#include <linux/stddef.h>

#include "boot.h"

/* Whether Xen's information reaches as far as a field of it. */
#define VGA_HAS(size, field)	((size) >= offsetofend(struct dom0_vga_console_info, u.field))

static void __init xen_vga_take_text(const struct dom0_vga_console_info *info,
				     struct screen_info *screen)
{
	screen->orig_x = info->u.text_mode_3.cursor_x;
	screen->orig_y = info->u.text_mode_3.cursor_y;
	screen->orig_video_cols = info->u.text_mode_3.columns;
	screen->orig_video_lines = info->u.text_mode_3.rows;
	screen->orig_video_points = info->u.text_mode_3.font_height;
}

/* What both call a linear frame buffer: VESA's, and that of EFI. */
static void __init xen_vga_take_frame(const struct dom0_vga_console_info *info, size_t size,
				      struct screen_info *screen)
{
	const typeof(info->u.vesa_lfb) *frame = &info->u.vesa_lfb;

	screen->lfb_base = frame->lfb_base;
	screen->lfb_size = frame->lfb_size;
	screen->lfb_linelength = frame->bytes_per_line;
	screen->lfb_depth = frame->bits_per_pixel;
	screen->lfb_width = frame->width;
	screen->lfb_height = frame->height;
	/* Positions and sizes of the colours lie in pairs, in another order on each side. */
	screen->red_pos = frame->red_pos;
	screen->green_pos = frame->green_pos;
	screen->blue_pos = frame->blue_pos;
	screen->rsvd_pos = frame->rsvd_pos;
	screen->red_size = frame->red_size;
	screen->green_size = frame->green_size;
	screen->blue_size = frame->blue_size;
	screen->rsvd_size = frame->rsvd_size;
	if (VGA_HAS(size, vesa_lfb.ext_lfb_base) && frame->ext_lfb_base) {
		screen->capabilities |= VIDEO_CAPABILITY_64BIT_BASE;
		screen->ext_lfb_base = frame->ext_lfb_base;
	}
}

/**
 * xen_init_vga - say what is on the screen
 * @info: what Xen knows of it (xen/interface/xen.h)
 * @size: how much of that there is, in bytes
 * @screen: what the kernel's consoles look at
 *
 * A kind of screen that is not known here counts as text of 80 by 25.
 */
void __init xen_init_vga(const struct dom0_vga_console_info *info, size_t size,
			 struct screen_info *screen)
{
	bool frame = VGA_HAS(size, vesa_lfb.rsvd_size);

	screen->orig_video_mode = XEN_VGATYPE_TEXT_MODE_3;
	screen->orig_video_isVGA = 1;
	screen->orig_video_ega_bx = 3;
	screen->orig_video_cols = 80;
	screen->orig_video_lines = 25;
	screen->orig_video_points = 16;
	screen->orig_y = 24;

	if (info->video_type == XEN_VGATYPE_TEXT_MODE_3 && VGA_HAS(size, text_mode_3)) {
		xen_vga_take_text(info, screen);
	} else if (info->video_type == XEN_VGATYPE_EFI_LFB && frame) {
		screen->orig_video_isVGA = VIDEO_TYPE_EFI;
		xen_vga_take_frame(info, size, screen);
	} else if (info->video_type == XEN_VGATYPE_VESA_LFB && frame) {
		screen->orig_video_isVGA = VIDEO_TYPE_VLFB;
		xen_vga_take_frame(info, size, screen);
		if (VGA_HAS(size, vesa_lfb.mode_attrs))
			screen->vesa_attributes = info->u.vesa_lfb.mode_attrs;
	}
}
