// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// What becomes of Swift's traps.
@Suite struct TrapTests {
    private func lines(_ text: String) -> [String] {
        let body = text.split(separator: "\n").map(String.init)
        let function = IRFunction(
            name: "f", linkage: "", result: "i32", parameters: ["ptr %0"], section: "tp/a/b", attributes: 0, debug: nil, body: body)
        return TrapCleanup.run(function, returning: "  ret i32 0").body
    }

    @Test func aTrapBecomesAReturn() {
        let result = lines(
            "entry:\n  br i1 %1, label %a, label %b\na:\n  ret i32 1\nb:\n  call void @ebpf.trap() #4, !dbg !3\n  unreachable, !dbg !3")
        #expect(result == ["entry:", "  br i1 %1, label %a, label %b", "a:", "  ret i32 1", "b:", "  ret i32 0, !dbg !3"])
    }

    @Test func whatIsHeldIsGivenBackBeforeTheReturn() {
        let result = lines(
            """
            entry:
              %1 = call ptr inttoptr (i64 131 to ptr)(ptr @ring, i64 8, i64 0), !dbg !3
              br i1 %2, label %a, label %b
            a:
              call void inttoptr (i64 132 to ptr)(ptr %1, i64 0)
              ret i32 1
            b:
              call void @ebpf.trap()
              unreachable, !dbg !5
            """)
        #expect(result[1...2] == ["  %held.0 = alloca ptr, align 8", "  store ptr null, ptr %held.0"])
        #expect(result.contains("  store ptr %1, ptr %held.0"))
        // Nothing is held any more behind the submit.
        let submit = result.firstIndex { $0.contains("i64 132") } ?? 0
        #expect(result[submit + 1] == "  store ptr null, ptr %held.0")
        #expect(result.contains("  call void inttoptr (i64 133 to ptr)(ptr %trap.1.0.held, i64 0), !dbg !5"))
        #expect(result.last == "  ret i32 0, !dbg !5")
    }

    @Test func onlyTheReservationThatIsSubmittedIsNoLongerHeld() {
        let result = lines(
            """
            entry:
              %1 = call ptr inttoptr (i64 131 to ptr)(ptr @ring, i64 8, i64 0)
              %2 = call ptr inttoptr (i64 131 to ptr)(ptr @other, i64 8, i64 0)
              %3 = phi ptr [ %2, %entry ], [ null, %a ]
              call void inttoptr (i64 132 to ptr)(ptr %3, i64 0)
              call void @ebpf.trap()
              unreachable
            """)
        let submit = result.firstIndex { $0.contains("i64 132") } ?? 0
        #expect(result[submit + 1] == "  store ptr null, ptr %held.1")
        #expect(!result[(submit + 2)...].contains { $0.hasPrefix("  store") })
    }

    @Test func aFunctionWithoutTrapsStaysAsItIs() {
        let body = "entry:\n  %1 = call ptr inttoptr (i64 131 to ptr)(ptr @ring, i64 8, i64 0)\n  ret i32 0"
        #expect(lines(body) == body.split(separator: "\n").map(String.init))
    }

    @Test func aLockThatIsHeldIsGivenUp() {
        let result = lines(
            """
            entry:
              call void inttoptr (i64 93 to ptr)(ptr nonnull %1)
              br i1 %2, label %a, label %b
            a:
              call void inttoptr (i64 94 to ptr)(ptr nonnull %1)
              ret i32 1
            b:
              call void @ebpf.trap()
              unreachable, !dbg !5
            """)
        #expect(result.contains("  store ptr %1, ptr %held.0"))
        let unlock = result.firstIndex { $0.contains("i64 94") } ?? 0
        #expect(result[unlock + 1] == "  store ptr null, ptr %held.0")
        #expect(result.contains("  call void inttoptr (i64 94 to ptr)(ptr %trap.1.0.held), !dbg !5"))
    }

    @Test func whatAFunctionOfTheKernelHandsOutIsGivenBackByItsName() {
        let body = """
            entry:
              %1 = tail call i64 @bpf_task_from_pid(i32 1)
              call void @bpf_rcu_read_lock()
              call void @ebpf.trap()
              unreachable
            """
        let function = IRFunction(
            name: "f", linkage: "", result: "i32", parameters: [], section: "tc", attributes: 0, debug: nil,
            body: body.split(separator: "\n").map(String.init))
        let result = TrapCleanup.run(function, returning: "  ret i32 0", declared: ["bpf_task_release", "bpf_rcu_read_unlock"]).body
        #expect(result.contains("  store i64 %1, ptr %held.0"))
        #expect(result.contains("  call void @bpf_task_release(ptr %trap.1.0.held)"))
        #expect(result.contains("  call void @bpf_rcu_read_unlock()"))
        // What the module does not declare cannot be called.
        #expect(!TrapCleanup.run(function, returning: "  ret i32 0").body.contains { $0.contains("release") })
    }

    @Test func anExchangeTakesWhatIsHeldAndAnswersWhatIsHeldThen() {
        let body = """
            entry:
              %1 = call ptr @ebpf_take_task(ptr %0)
              %2 = call ptr @ebpf_exchange_task(ptr %0, ptr nonnull %1)
              call void @ebpf.trap()
              unreachable
            """
        let function = IRFunction(
            name: "f", linkage: "", result: "i32", parameters: [], section: "tc", attributes: 0, debug: nil,
            body: body.split(separator: "\n").map(String.init))
        let result = TrapCleanup.run(function, returning: "  ret i32 0", declared: ["bpf_task_release"]).body
        #expect(result.contains("  store ptr %1, ptr %held.0"))
        let exchange = result.firstIndex { $0.contains("@ebpf_exchange_task") } ?? 0
        #expect(result[(exchange + 1)...].prefix(2) == ["  store ptr null, ptr %held.0", "  store ptr %2, ptr %held.1"])
        #expect(result.contains("  call void @bpf_task_release(ptr %trap.1.1.held)"))
    }
}
