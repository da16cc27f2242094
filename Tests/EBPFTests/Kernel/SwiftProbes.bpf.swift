// SPDX-License-Identifier: GPL-2.0-only OR MIT

import EBPFKernel

// The programs of Probes.bpf.c in Swift, under the same names: probes that programs declare (USDT).

let target_thread = Constant<UInt32>(0)
let seen = Variable<UInt64>(0)
let cookie = Variable<UInt64>(0)
let values = Variable<InlineArray<4, Int64>>(InlineArray(repeating: 0))
let status = Variable<Int64>(0)
let count = Variable<Int64>(0)
let size = Variable<Int64>(0)

func note(_ context: USDTContext) {
    guard currentProcess.threadID == target_thread.value else { return }
    seen.add(1)
    cookie.value = context.cookie
    let arguments = Int64(context.argumentCount ?? -3)
    count.value = arguments
    size.value = context.byteCount(ofArgument: 0) ?? -2
    for number in 0..<4 {
        let value = context.argument(UInt32(truncatingIfNeeded: number))
        values.value[number] = value ?? 0
        if Int64(number) < arguments, value == nil { status.value = -1 }
    }
}

@section("usdt//proc/self/exe:trial:called")
func hook_usdt(_ context: USDTContext) { note(context) }

@section("usdt.s//proc/self/exe:trial:called")
func hook_usdt_sleeping(_ context: USDTContext) { note(context) }

@section("usdt//proc/self/exe:trial:twice")
func hook_usdt_twice(_ context: USDTContext) { note(context) }

// Loaded for events, and attached to probes all the same.
@section("uprobe")
func hook_usdt_events(_ context: USDTContext) { note(context) }
