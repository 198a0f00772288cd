#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The verbs about schedulers: today's, and Xen 2.0's in today's terms.

family=sched
. ./fake-verbs.sh
credit=5 credit2=6 arinc=7 rtds=8
unset FAKE_SCHED

start()
{
	begin
	nodes /local/domain/0/name Domain-0 /local/domain/1/name one /fake/1/weight 128 /fake/1/cap 50
}

start
run 0 sched-credit2
prints "Name ID Weight Cap
Domain-0 0 256 0
one 1 128 50"
run 0 sched-credit2 one
prints "Name ID Weight Cap
one 1 128 50"
run 0 sched-credit2 --json -d one
json 'd == [{"name": "one", "domid": 1, "weight": 128, "cap": 50}]'
run 0 sched-credit2 -d one -w 512
called "sched 1 weight=512 cap=50"
run 0 sched-credit2 -d one -c 0 -w 1
called "sched 1 weight=1 cap=0"
run 0 sched-credit2 -s
prints "ratelimit_us: 1000"
run 0 sched-credit2 -s -r 0
called "credit2 pool=0 ratelimit=0"
run 0 sched-credit2 -s -r 500 -p night
called "credit2 pool=1 ratelimit=500"
run 0 sched-credit2 -s --json
json 'd == {"ratelimit_us": 1000}'
refused 2 '-s is for the scheduler' sched-credit2 -p night
refused 2 '-s is for the scheduler' sched-credit2 -s one
refused 3 'day: no such pool' sched-credit2 -s -r 500 -p day
refused 2 "'0' is not a good weight; it is 1 to 65535" sched-credit2 -d one -w 0
refused 2 'needs a domain for that' sched-credit2 -w 5
refused 2 '-s is for the scheduler' sched-credit2 -r 5
refused 2 '-s is for the scheduler' sched-credit2 -s -d one -w 5
refused 2 'unknown option -t' sched-credit2 -s -t 5
refused 3 'none: no such domain' sched-credit2 -d none -w 5
FAKE_FAIL=sched-set run 1 sched-credit2 -d one -w 5
says 'one: its parameters could not be set'
verdict credit2

start
FAKE_SCHED=$credit run 0 sched-credit -d one -w 512
called "sched 1 weight=512 cap=50"
FAKE_SCHED=$credit run 0 sched-credit -s
prints "tslice_ms: 30
ratelimit_us: 1000"
FAKE_SCHED=$credit run 0 sched-credit -s --json
json 'd == {"tslice_ms": 30, "ratelimit_us": 1000}'
refused 1 "Pool-0: is scheduled by credit2; use 'xm sched-credit2'" sched-credit -s
refused 1 "night: is scheduled by credit2; use 'xm sched-credit2'" sched-credit -s -p night -t 5
FAKE_SCHED=$credit run 0 sched-credit -s -t 5
called "credit pool=0 tslice=5 ratelimit=1000"
refused 1 "one: is scheduled by credit2; use 'xm sched-credit2'" sched-credit -d one -w 5
run 1 sched-credit
says "Xen: is scheduled by credit2; use 'xm sched-credit2'"
FAKE_SCHED=$arinc run 1 sched-credit one
says 'one: is scheduled by arinc653; that has no parameters'
verdict credit

start
export FAKE_SCHED=$rtds
# Xen tells of no domain but what it got at first: each virtual CPU has its own.
run 0 sched-rtds one
cp "$tmp/out" "$tmp/all"
run 0 sched-rtds --vcpuid all one
cmp "$tmp/all" "$tmp/out" || bad=1
prints "Name ID VCPU Period Budget Extratime
one 1 0 10000 4000 1
one 1 1 10001 4001 1"
run 0 sched-rtds --vcpuid 1 --json one
json 'd == [{"name": "one", "domid": 1, "vcpu": 1, "period": 10001, "budget": 4001, "extratime": 1}]'
run 1 sched-rtds --vcpuid 2 one
says 'one: its parameters could not be read'
refused 2 'needs a domain for that' sched-rtds --vcpuid 1
run 0 sched-rtds -d one -p 20000 -b 5000 -e 0
called "vcpu 1 vcpu=0 period=20000 budget=5000 extratime=0
vcpu 1 vcpu=1 period=20000 budget=5000 extratime=0"
run 0 sched-rtds -d one --vcpuid 1 -b 5000
called "vcpu 1 vcpu=1 period=10001 budget=5000 extratime=1"
run 0 sched-rtds -d one --vcpuid all -b 5000
called "vcpu 1 vcpu=0 period=10000 budget=5000 extratime=1
vcpu 1 vcpu=1 period=10001 budget=5000 extratime=1"
run 1 sched-rtds -d one --vcpuid 2 -b 5000
called ''
unset FAKE_SCHED
verdict rtds

start
run 0 bvt one 20 0 0 0 0
called "sched 1 weight=128 cap=50"
grep -q '^one: credit2 weight 128, cap 50: 0.50 times the CPU time' "$tmp/out" || bad=1
run 0 bvt one 10 1 5 6 7
called "sched 1 weight=256 cap=50"
says 'warping is ignored'
run 0 bvt one 65535
called "sched 1 weight=1 cap=50"
refused 2 "'0' is not an advance" bvt one 0
refused 3 'no such domain' bvt none 10
FAKE_SCHED=$rtds refused 1 "one: is scheduled by rtds; use 'xm sched-rtds'" bvt one 10
FAKE_SCHED=$arinc refused 1 'one: is scheduled by arinc653; that has no parameters' bvt one 10
verdict bvt

start
run 0 atropos one 100000000 25000000 0 0
called "sched 1 weight=64 cap=25"
run 0 atropos one 100000000 50000000 1000 1
called "sched 1 weight=128 cap=0"
grep -q 'weight 128, no cap: 0.50 times' "$tmp/out" || bad=1
FAKE_SCHED=$rtds run 0 atropos one 100000000 25000000 0 1
called "rtds 1 period=100000 budget=25000 extratime=1"
refused 2 'is not a slice of a period' atropos one 10 20 0 0
refused 2 'is not a slice of a period' atropos one 1e3 20 0 0
refused 2 "'0x' is not a latency" atropos one 20 10 0x 0
FAKE_SCHED=$rtds refused 2 'one: is scheduled by rtds, which takes slices of 10000 ns at least' atropos one 9999 9999 0 0
refused 2 'is neither 0 nor 1' atropos one 20 10 0 2
refused 2 'needs a domain, a period' atropos one 20
verdict atropos

start
run 0 bvt_ctxallow 5000000
called "credit2 pool=0 ratelimit=5000"
grep -q '^Xen: credit2 ratelimit_us 5000: ' "$tmp/out" || bad=1
run 0 bvt_ctxallow 1
called "credit2 pool=0 ratelimit=100"
run 0 rrobin 900000000
called "credit2 pool=0 ratelimit=500000"
export FAKE_SCHED=$credit
run 0 rrobin 10000000
called "credit pool=0 tslice=10 ratelimit=1000"
run 0 bvt_ctxallow 5000000
called "credit pool=0 tslice=30 ratelimit=5000"
export FAKE_SCHED=$rtds
refused 1 'Xen: its scheduler is rtds' rrobin 1000
unset FAKE_SCHED
refused 2 "'soon' is not a time in nanoseconds" rrobin soon
verdict slices
