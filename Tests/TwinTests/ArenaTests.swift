// SPDX-License-Identifier: Apache-2.0

import EBPF
import Testing

/// Memory that programs and this process share.
@Suite(
    .enabled(if: LiveKernel.isAvailable, LiveKernel.reason),
    .enabled(
        if: LiveKernel.isAvailable && Twin.lists.isTaken,
        "not run, because this kernel makes no arena: it is older than Linux 6.9, or finds no memory for it"))
struct ArenaTests {
    /// As both kernel halves lay them out; a pointer is its address.
    struct Node: BitwiseCopyable {
        var value: UInt64
        var next: UInt64
    }

    struct List: BitwiseCopyable {
        var factor: UInt64
        var first: UInt64 = 0
        var sum: UInt64 = 0
    }

    /// Runs a program, which changes the list that it is called with.
    private func run(_ program: String, _ list: inout List, _ object: LoadedObject) throws -> Int32 {
        let outcome = try object.program(program).run(TestRun(context: withUnsafeBytes(of: list) { Array($0) }))
        list = outcome.context.withUnsafeBytes { $0.loadUnaligned(as: List.self) }
        return Int32(bitPattern: outcome.value)
    }

    /// The nodes that this process finds behind an address.
    private func nodes(from first: UInt64, _ heap: Arena) -> [(address: UInt64, node: Node)] {
        var (address, found): (UInt64, [(UInt64, Node)]) = (first, [])
        while found.count < 1000, address != 0, let node = heap.value(at: address, as: Node.self) {
            found.append((address, node))
            address = node.next
        }
        return found
    }

    @Test func aListThatAProgramWritesIsReadAndChangedHereAndAddedUpByAnother() throws {
        let loaded = try Twin.lists.load()
        for object in [loaded.c, loaded.swift] {
            let heap = try Arena(object.map("heap"))
            var list = List(factor: 3)
            #expect(try run("write_list", &list, object) == 0)
            let nodes = nodes(from: list.first, heap)
            #expect(nodes.map(\.node.value) == (0..<100).reversed().map { $0 * 3 })
            #expect(try run("sum_list", &list, object) == 0)
            #expect(list.sum == 4950 * 3)
            // One has another value, and behind the tenth there is no more.
            #expect(heap.set(at: nodes[0].address, to: UInt64(1000)))
            #expect(heap.set(at: nodes[9].address + 8, to: UInt64(0)))
            #expect(try run("sum_list", &list, object) == 0)
            #expect(list.sum == 1000 + (90...98).reduce(0, +) * 3)
        }
    }

    @Test func pagesThatAreFreedAreGivenOutAgainAndNoMoreThanThereAre() throws {
        let loaded = try Twin.lists.load()
        for object in [loaded.c, loaded.swift] {
            var lists: [List] = []
            for _ in 0..<4 {
                var list = List(factor: 1)
                #expect(try run("write_list", &list, object) == 0)
                lists.append(list)
            }
            #expect(Set(lists.map(\.first)).count == 4)
            var another = List(factor: 1)
            #expect(try run("write_list", &another, object) == -12)
            #expect(try run("free_list", &lists[2], object) == 0)
            #expect(try run("write_list", &another, object) == 0)
            #expect(another.first == lists[2].first)
        }
    }

    @Test func whatAProgramReadsWhereThereIsNoPageIsZero() throws {
        let loaded = try Twin.lists.load()
        for object in [loaded.c, loaded.swift] {
            let heap = try Arena(object.map("heap"))
            var list = List(factor: 1, first: heap.addresses.lowerBound + 64, sum: 7)
            #expect(try run("sum_list", &list, object) == 0)
            #expect(list.sum == 0)
        }
    }

    @Test func addressesOutsideAreNeitherReadNorWritten() throws {
        let heap = try Arena(Twin.lists.load().swift.map("heap"))
        let (first, end) = (heap.addresses.lowerBound, heap.addresses.upperBound)
        #expect(heap.value(at: end - 8, as: UInt64.self) == 0)
        for address in [0, first - 1, first - 8, end - 7, end, end + 8, .max - 3] as [UInt64] {
            #expect(heap.value(at: address, as: UInt64.self) == nil)
            #expect(!heap.set(at: address, to: UInt64(1)))
        }
    }

    @Test func variablesLieInTheArenaWhereProgramsAndThisProcessFindThem() throws {
        var object = try Counters.object()
        try object.set("numbers", to: [10, 20, 30, 40] as InlineArray<4, UInt32>)
        let loaded = try object.load()
        let heap = try Arena(loaded.map("heap"))
        func addUp() throws -> UInt64 {
            let outcome = try loaded.program("add_up").run(TestRun(context: [UInt8](repeating: 0, count: 8)))
            #expect(outcome.value == 0)
            return outcome.context.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        }
        #expect(try addUp() == 100)
        #expect(try loaded.program("add_own").run(TestRun(context: [UInt8](repeating: 0, count: 8))).value == 0)
        #expect(try addUp() == 107)
        // The variable `own`, at the address that the program has.
        let own = try loaded.value(of: "first", as: UInt64.self)
        #expect(heap.value(at: own, as: UInt64.self) == 7)
        #expect(try heap.value(at: own, as: Node.self)?.next == 0 && loaded.value(of: "own", as: Node.self).value == 7)
        // What this process links to it, the program finds.
        let another = heap.addresses.lowerBound + 8192
        #expect(heap.set(at: another, to: UInt64(1000)) && heap.set(at: own + 8, to: another))
        #expect(try addUp() == 1107)
        #expect(try loaded.value(of: "calls", as: UInt64.self) == 4)
    }

    @Test func aMapOfAnotherKindIsNoArena() throws {
        let loaded = try Twin.tables.load()
        let map = try #require(loaded.swift.maps.first)
        #expect(throws: EBPFError.self) { _ = try Arena(map) }
    }
}
