// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Mistake: a value of any type that has a protocol
// Refused by: Swift
// In C: a pointer to a function compiles; the verifier: `unknown opcode 8d`

import EBPFKernel

protocol Filter { func isWanted(_ id: Int) -> Bool }
struct Even: Filter { func isWanted(_ id: Int) -> Bool { id & 1 == 0 } }
struct Odd: Filter { func isWanted(_ id: Int) -> Bool { id & 1 == 1 } }

let wantsEven = Constant<Bool>(true)

@section("tracepoint/syscalls/sys_enter_getpgid")
func filters(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
    let filter: any Filter = wantsEven.value ? Even() : Odd()  // error: cannot use a value of protocol type 'any Filter'
    return filter.isWanted(context.id) ? 1 : 0
}
