// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// Closures that are passed to helpers.
@Suite struct CallbackTests {
    private static let loop = "$e10EBPFKernel18ebpf_callback_loopySis6UInt32V_AA4TurnVADXEtF"

    @Test func theFunctionOfAHelperIsKnownByItsName() {
        #expect(CallbackHelper.standing(for: Self.loop)?.number == 181)
        #expect(CallbackHelper.standing(for: "$e10EBPFKernel18ebpf_callback_eachySiSV_AA4TurnV")?.number == 164)
        #expect(CallbackHelper.standing(for: "$e4Half18ebpf_callback_loopyyF") == nil)
        #expect(CallbackHelper.standing(for: "$e10EBPFKernel20ebpf_callback_loopedyyF") == nil)
        #expect(CallbackHelper.standing(for: "ebpf_callback_loop") == nil)
    }

    @Test func aCallBecomesThatOfTheHelper() throws {
        let call = try #require(CallbackCall("  %4 = call i64 @\"\(Self.loop)\"(i32 10, ptr @\"$closure\", ptr %2)"))
        #expect(call.function == "$closure")
        #expect(!call.isWithoutContext)
        #expect(call.lowered(calling: "sum_loop") == "  %4 = call i64 inttoptr (i64 181 to ptr)(i32 10, ptr @sum_loop, ptr %2, i64 0)")
        let unknown = try #require(CallbackCall("  %4 = call i64 @\"\(Self.loop)\"(i32 10, ptr %3, ptr null)"))
        #expect(unknown.function == nil && unknown.isWithoutContext)
    }

    @Test func theKernelCallsAFunctionWithItsOwnParameters() throws {
        let closure = IRFunction(
            name: "$closure", linkage: "internal", result: "void", parameters: ["ptr %0", "ptr %1"], section: nil, attributes: nil, debug: nil,
            body: [])
        let helper = try #require(CallbackHelper.table.first { $0.name == "expiry" })
        let adapter = CallbackFunction(name: "set_expiry", helper: helper, function: closure).adapter(calling: "$closure", scope: 1, location: 2)
        #expect(adapter.parameters == ["ptr %0", "ptr %1", "ptr %2"])
        #expect(adapter.body == ["entry:", "  call void @$closure(ptr %1, ptr %2), !dbg !2", "  ret i64 0, !dbg !2"])
    }

    @Test func variablesThatAClosureChangesLieInWhatItIsHanded() throws {
        let caller = IRFunction(
            name: "f", linkage: "", result: "i32", parameters: [], section: "tc", attributes: nil, debug: nil,
            body: """
                entry:
                  %1 = alloca i64, align 8
                  %2 = alloca i8, i64 32, align 16
                  store i64 0, ptr %1, align 8
                  %3 = getelementptr inbounds nuw <{ %swift.refcounted, ptr, i64 }>, ptr %2, i32 0, i32 1
                  store ptr %1, ptr %3, align 8
                  %4 = getelementptr inbounds nuw <{ %swift.refcounted, ptr, i64 }>, ptr %2, i32 0, i32 2
                  store i64 7, ptr %4, align 8
                  %5 = call i64 @"\(Self.loop)"(i32 10, ptr @closure, ptr %2)
                """.split(separator: "\n").map(String.init))
        let closure = IRFunction(
            name: "closure", linkage: "internal", result: "i64", parameters: ["i32 %0", "ptr %1"], section: nil, attributes: nil, debug: nil,
            body: """
                entry:
                  %2 = getelementptr inbounds nuw <{ %swift.refcounted, ptr, i64 }>, ptr %1, i32 0, i32 1
                  %3 = load ptr, ptr %2, align 8
                  %4 = getelementptr inbounds nuw <{ %swift.refcounted, ptr, i64 }>, ptr %1, i32 0, i32 2
                  %5 = load i64, ptr %4, align 8
                """.split(separator: "\n").map(String.init))
        let call = try #require(CallbackCall(caller.body.last?[...] ?? ""))
        let (function, inner) = try #require(CapturedRoom.run(caller, call, closure, in: IRModule()))
        #expect(
            function.body == [
                "entry:", "  %captured.2 = alloca i8, i64 16, align 8", "  %1 = getelementptr i8, ptr %captured.2, i64 0",
                "  store i64 0, ptr %1, align 8",
                "  %4 = getelementptr i8, ptr %captured.2, i64 8", "  store i64 7, ptr %4, align 8",
                "  %5 = call i64 @\"\(Self.loop)\"(i32 10, ptr @closure, ptr %captured.2)",
            ])
        #expect(
            inner.body == [
                "entry:", "  %2 = getelementptr i8, ptr %1, i64 0", "  %3 = getelementptr i8, ptr %2, i64 0",
                "  %4 = getelementptr i8, ptr %1, i64 8",
                "  %5 = load i64, ptr %4, align 8",
            ])
        // What else is done with the address is not understood.
        var other = caller
        other.body.append("  call void @kept(ptr %2)")
        #expect(CapturedRoom.run(other, call, closure, in: IRModule()) == nil)
    }

    @Test func namesAndTypesOfKernelFunctionsAreReadOffTheirMangledNames() {
        #expect(KernelFunctions.name(ofMangled: "$e10EBPFKernel17bpf_rcu_read_lockyyF") == "bpf_rcu_read_lock")
        var types = KernelHalfTypes()
        let int = KernelFunctions.pointer("$eSpys5Int32VGSgD", &types).map { types[$0] }
        #expect(int == .pointer(to: types.int))
        let task = KernelFunctions.pointer("$eSpy5Tasks11task_structVGD", &types).map { types[$0] }
        guard case .pointer(let target?) = task, case .structure(let name, _, _) = types[target] else {
            Issue.record("no pointer to a structure")
            return
        }
        #expect(name == "task_struct")
        #expect(KernelFunctions.pointer("$es5Int32VD", &types) == nil)
    }
}
