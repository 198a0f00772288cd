# SPDX-License-Identifier: GPL-2.0-or-later
#
# The front door: every command that a person types. "make help" lists them.
# Long recipes are scripts in tools/build/ and tools/install/.

export KOUT := $(abspath $(or $(KOUT),build/kernel))
export V W C LLVM KCFLAGS LINUX_SOURCE
ifneq ($(origin CC),default)
export KCC := $(CC)
endif
B := tools/build

.NOTPARALLEL:
.PHONY: all help kernel kernel-debug kernel-upstream source tools \
	xen0_defconfig xenU_defconfig menuconfig oldconfig olddefconfig savedefconfig

all: kernel tools ## the kernel with its modules, and the host tools

help: ## this list
	@$(B)/help $(MAKEFILE_LIST)

##@ Kernel

kernel: ## the kernel with its modules, in build/kernel or KOUT=DIR
	@$(B)/kernel main $(KOUT)

kernel-debug: ## the kernel that tests run on (KASAN, lockdep, ...), in build/debug
	@$(B)/kernel debug $(abspath build/debug)

kernel-upstream: kernel ## the same kernel with upstream's block drivers, in build/upstream
	@$(B)/kernel upstream $(abspath build/upstream)

source: ## only the patched kernel source, in build/linux
	@$(B)/source

xen0_defconfig: source ## configure for Dom0 and guests, with drivers for real hosts
	@$(B)/configure $(KOUT) xen0_defconfig hardware.config

xenU_defconfig: source ## configure a small kernel for guests only
	@$(B)/configure $(KOUT) xenU_defconfig

menuconfig: source ## choose options in menus
oldconfig: source ## ask for what the configuration leaves open
olddefconfig: source ## ... or take the defaults
savedefconfig: source ## write the configuration's essence to KOUT/defconfig
menuconfig oldconfig olddefconfig savedefconfig:
	@$(B)/kconfig $(KOUT) $@

##@ Tools

tools: ## the host tool xm, in build/tools/xm
	@if [ -e tools/xm/Makefile ]; then $(MAKE) --no-print-directory -C tools/xm; fi
