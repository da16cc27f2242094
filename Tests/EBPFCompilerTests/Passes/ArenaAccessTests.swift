// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// Reads and writes of arenas get the address space of arenas.
@Suite struct ArenaAccessTests {
    private func rewritten(_ lines: String...) -> [String] {
        let function = IRFunction(
            name: "f", linkage: "", result: "void", parameters: [], section: nil, attributes: nil, debug: nil,
            body: lines.map { $0.hasSuffix(":") ? $0 : "  " + $0 })
        return ArenaAccess.run(function).body.map { String(IRText.trimmed($0[...])) }
    }

    @Test func loadsAndStoresGoThroughThePlaceThatTheMarkerAnswers() {
        let lines = rewritten(
            "%1 = call ptr @ebpf_arena_place(i64 noundef %0, i64 noundef %9), !dbg !7", "%2 = ptrtoint ptr %1 to i64", "%3 = inttoptr i64 %2 to ptr",
            "%.next = getelementptr inbounds nuw %T4Node, ptr %3, i32 0, i32 1, !dbg !8", "%4 = load i64, ptr %.next, align 8, !dbg !9",
            "store i64 %4, ptr %3, align 8, !dbg !9")
        #expect(lines[0] == "%arena.base.1 = inttoptr i64 %0 to ptr addrspace(1), !dbg !7")
        #expect(lines[1] == "%arena.1 = getelementptr i8, ptr addrspace(1) %arena.base.1, i64 %9, !dbg !7")
        #expect(lines[2] == "%1 = addrspacecast ptr addrspace(1) %arena.1 to ptr, !dbg !7")
        #expect(lines.contains("%arena..next = getelementptr inbounds nuw %T4Node, ptr addrspace(1) %arena.1, i32 0, i32 1, !dbg !8"))
        #expect(lines.contains("%4 = load i64, ptr addrspace(1) %arena..next, align 8, !dbg !9"))
        #expect(lines.last == "store i64 %4, ptr addrspace(1) %arena.1, align 8, !dbg !9")
    }

    @Test func theAddressOfAVariableIsAPlaceToo() {
        let lines = rewritten(
            "%1 = call ptr @ebpf_arena_place(i64 noundef ptrtoint (ptr @first to i64), i64 add (i64 %2, i64 8))", "store i64 7, ptr %1")
        #expect(lines[0] == "%arena.base.1 = inttoptr i64 ptrtoint (ptr @first to i64) to ptr addrspace(1)")
        #expect(lines[1] == "%arena.1 = getelementptr i8, ptr addrspace(1) %arena.base.1, i64 add (i64 %2, i64 8)")
        #expect(lines.last == "store i64 7, ptr addrspace(1) %arena.1")
    }

    @Test func whatLeadsElsewhereStaysAsItIs() {
        let other = [
            "%5 = load i64, ptr %4, align 8", "store ptr %1, ptr %4, align 8", "%6 = phi ptr [ %1, %a ], [ %4, %b ]",
            "%7 = load i64, ptr %6, align 8", "%8 = call i64 @f(ptr %1)",
        ]
        let lines = rewritten("%1 = call ptr @ebpf_arena_place(i64 %0, i64 0)", other[0], other[1], other[2], other[3], other[4])
        #expect(Array(lines.suffix(5)) == other)
        #expect(rewritten(other[0], other[1]) == Array(other.prefix(2)))
    }

    @Test func aPointerOfABranchThatHasNoOtherIsThePointer() {
        let lines = rewritten(
            "%1 = call ptr @ebpf_arena_place(i64 %0, i64 0)", "%2 = phi ptr [ %1, %entry ]", "%\"a+b\" = getelementptr i8, ptr %2, i64 8",
            "store i8 1, ptr %\"a+b\", align 1")
        #expect(lines.last == "store i8 1, ptr addrspace(1) %\"arena.a+b\", align 1")
    }
}
