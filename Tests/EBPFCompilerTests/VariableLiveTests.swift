// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Bytes
import EBPF
import Foundation
import TestImages
import Testing

/// What becomes of a variable's elements.
@Suite struct VariableElementTests {
    private static let text = """
        let wanted = Constant<UInt32>(0)
        let slots = Variable<InlineArray<64, UInt64>>(InlineArray(repeating: 0))

        @section("tracepoint/syscalls/sys_enter_sched_get_priority_max")
        func counts(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
            guard currentProcess.id == wanted.value else { return 0 }
            slots.value[Int(context.args[0]) & 63] &+= 1
            return 0
        }
        """

    @Test func aChangeOfAnElementTouchesNoOther() throws {
        let object = try ObjectFile(ByteView(CompiledSwiftHalf.compile(Self.text).object))
        let instructions = try object.assemble(object.programs[0]).instructions
        #expect(instructions.count <= 24, "\(instructions.count)")
        #expect(instructions.filter { $0.instructionClass == .storeFromRegister }.count == 1)
    }

    /// Two threads at once, of which each is the only one to write to its element: nothing is lost.
    @Test(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
    func whatOthersDoToOtherElementsIsNotLost() throws {
        let turns = 200_000
        var object = try ObjectFile(ByteView(CompiledSwiftHalf.compile(Self.text).object))
        try object.set("wanted", to: UInt32(bitPattern: getpid()))
        let loaded = try object.load()
        let links = try loaded.attachAll()
        DispatchQueue.concurrentPerform(iterations: 2) { thread in
            for _ in 0..<turns { _ = sched_get_priority_max(Int32(40 + thread)) }
        }
        links.detach()
        let slots = try loaded.value(of: "slots", as: InlineArray<64, UInt64>.self)
        #expect(slots[40] == UInt64(turns) && slots[41] == UInt64(turns))
    }
}
