# SPDX-License-Identifier: GPL-2.0-or-later
#
# The front door: every command that a person types. "make help" lists them.
# Long recipes are scripts in tools/build/ and tools/install/. Targets that
# exist for the mounted kernel and for external modules look at KDIR: without
# it the kernel is meant.

B := tools/build
I := tools/install

KDIR ?=
# Where the headers of Debian's kernel are, the newest of them.
STOCK_KDIR = $(shell ls -d /lib/modules/6.12.*-amd64/build 2>/dev/null | sort -V | tail -n 1)
DEB := $(abspath build/deb)
override KOUT := $(abspath $(or $(KOUT),build/kernel))
ifneq ($(filter-out 0 1,$(words $(DESTDIR))),)
$(error DESTDIR='$(DESTDIR)' has a blank in it, and the kernel's make can't have that)
endif
override DESTDIR := $(abspath $(DESTDIR))
# A dollar in them is theirs, not make's.
override BOOTARGS := $(value BOOTARGS)
override XENARGS := $(value XENARGS)
export KOUT DESTDIR INSTALL_MOD_PATH BOOTARGS XENARGS XENFILE
export V W C LLVM KCFLAGS LINUX_SOURCE HOSTCONFIG LOCALMOD LSMOD ANYWAY
ifneq ($(origin CC),default)
export KCC := $(CC)
endif

.NOTPARALLEL:
.PHONY: all help deps source kernel kernel-lab kernel-debug kernel-upstream kernel-upstream-lab \
	tools modules deb deb-kernel xen0_defconfig xenU_defconfig host_defconfig \
	menuconfig oldconfig olddefconfig savedefconfig \
	modules_install install dkms modules-stock images run \
	check check-full check-quick soak bench results clean distclean

all: kernel tools ## the kernel with its modules, and the host tools

help: ## this list
	@$(B)/help $(firstword $(MAKEFILE_LIST))

deps: ## install the Debian packages that all of this needs
	@$(B)/deps

##@ Configure

xen0_defconfig: source ## for Dom0 and guests, with drivers for real hosts
	@$(B)/configure $(KOUT) xen0_defconfig hardware.config

xenU_defconfig: source ## a small kernel for guests only
	@$(B)/configure $(KOUT) xenU_defconfig

host_defconfig: source ## as this machine's own kernel, with what Xen needs; LOCALMOD=1: only what is loaded
	@$(B)/host-config $(KOUT)

menuconfig: ## choose options in menus (with KDIR=...: of the external modules)
oldconfig: ## ask for what the configuration leaves open
olddefconfig: ## ... or take the defaults
savedefconfig: ## write the configuration's essence to the file defconfig beside it
menuconfig oldconfig olddefconfig savedefconfig:
ifeq ($(KDIR),)
	@$(B)/source
	@$(B)/kconfig $(KOUT) $@
else
	@$(B)/modules-config $(KDIR) $@
endif

##@ Build

source: ## only the patched kernel source, in build/linux
	@$(B)/source

kernel: ## the kernel with its modules, in build/kernel or KOUT=DIR
	@$(B)/kernel main $(KOUT)

kernel-lab: ## the one that tests run on (UBSAN and the like), in build/lab-kernel
	@$(B)/kernel lab $(abspath build/lab-kernel)

kernel-debug: ## the same with KASAN, lockdep, kmemleak and checks of page tables, in build/debug
	@$(B)/kernel debug $(abspath build/debug)

kernel-upstream: kernel ## the kernel with upstream's block and network drivers, in build/upstream
	@$(B)/kernel upstream $(abspath build/upstream)

kernel-upstream-lab: kernel-lab ## that one with upstream's drivers, in build/upstream-lab
	@KOUT=$(abspath build/lab-kernel) $(B)/kernel upstream $(abspath build/upstream-lab)

tools: ## the host tools xm and xend, in build/tools
	@echo '==> tools'
	@$(MAKE) --no-print-directory -C tools/xm
	@$(MAKE) --no-print-directory -C tools/xend

modules: ## with KDIR=/lib/modules/.../build: drivers for that kernel
ifeq ($(KDIR),)
	@$(B)/kernel main $(KOUT)
else
	@$(B)/modules $(KDIR)
endif

deb: ## Debian packages xenify, xenify-tools, xenify-dkms, in build/deb
	@$(B)/deb $(DEB)

deb-kernel: ## ... and of the kernel: linux-image-, linux-headers-...-xenify
	@$(B)/deb-kernel $(KOUT)

modules-stock: source ## the drivers for Debian's 6.12 kernel, from its headers
	@$(B)/modules $(or $(STOCK_KDIR),/lib/modules/6.12-amd64/build)

##@ Install (DESTDIR=DIR: not here but there)

modules_install: ## the kernel's modules; with KDIR=...: the external ones
ifeq ($(KDIR),)
	@$(I)/modules $(KOUT)
else
	@$(I)/external-modules $(KDIR)
endif

ifeq ($(DESTDIR),)
install: ## kernel, boot menu entry, xm, as packages by dpkg; DESTDIR=DIR: their files
	@$(I)/packages --build $(DEB)
else
install: modules_install
	@$(I)/kernel $(KOUT)
	@$(MAKE) --no-print-directory -C tools/xm install DESTDIR=$(DESTDIR)
	@$(MAKE) --no-print-directory -C tools/xend install DESTDIR=$(DESTDIR)
endif

dkms: ## the drivers' source for DKMS, in /usr/src (better: the package xenify-dkms)
	@$(I)/dkms

##@ Try

images: ## the lab's disk images: Dom0, guest
	@tools/lab/lab images

run: kernel tools images ## a tour in the lab: Xen, Dom0, guests on this machine
	@tools/lab/run-tour

check: ## builds what tests need, and runs the gate: what every commit has to pass
	@tests/check

check-full: ## every test, and the hostile ones on a kernel with KASAN: for a release
	@tests/check --full

check-quick: ## what has changed (BASE=COMMIT: since then): lint, unit tests, the lab's cases of it
	@tests/check --changed $(BASE)

soak: ## the lab's tests at full length: hours
	@tests/check --soak lab

bench: $(if $(QUICK),,kernel kernel-upstream) tools images ## our drivers against upstream's; QUICK=1: few points
	@tests/bench/bench $(if $(QUICK),--quick) $(BENCH)

results: ## Documentation/results.md of what make bench has measured
	@tests/bench/publish

##@ Clean

clean: ## remove what was compiled; source, images and configurations stay
	@$(B)/clean

distclean: ## remove build/ altogether, and what Python left beside its sources
	rm -rf build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

##@ Variables (make NAME=VALUE TARGET)
##= KOUT=DIR         where the kernel is configured and built: build/kernel
##= KDIR=DIR         modules, menuconfig: of the kernel whose headers are there
##= DESTDIR=DIR      install, modules_install, dkms: stage files there
##= INSTALL_MOD_PATH=DIR  modules_install: the same, for modules only
##= ANYWAY=1         install: a kernel that lacks a driver of this machine, too
##= BOOTARGS='...'   install DESTDIR=...: more for the kernel's command line in xenify.cfg
##= XENARGS='...'    ... and the hypervisor's
##= XENFILE=NAME     ... and which of boot/ it is
##= LINUX_SOURCE=FILE  the kernel's source: a linux-source-6.12.tar.xz
##= HOSTCONFIG=FILE  host_defconfig: the configuration to start from
##= V=1              show commands (and W=1, C=1 or 2: warnings, sparse; as the kernel's make)
##= CC=COMPILER      another compiler; LLVM=1: clang and its tools for the kernel
##= KCFLAGS='...'    more flags for the kernel's compiler
##= BASE=COMMIT      check-quick: what has changed since then
##= QUICK=1          bench: few points; BENCH='...': words for tests/bench/bench
