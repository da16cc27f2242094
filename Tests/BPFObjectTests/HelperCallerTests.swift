// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import Testing

/// Which programs may call which helpers. Whether it is so, the live tests ask the kernel.
@Suite struct HelperCallerTests {
    @Test func aHelperOfPacketsIsNotForTracepoints() throws {
        let helper = try #require(Helper.named("skb_load_bytes"))
        #expect(!helper.isCallable(by: .tracepoint))
        #expect(helper.isCallable(by: .schedCLS) && helper.isCallable(by: .socketFilter))
    }

    @Test func whereTheTypeHasSeveralPlacesThePlaceCounts() throws {
        let helper = try #require(Helper.named("seq_write"))
        #expect(helper.isCallable(by: .tracing, .traceIterator))
        #expect(!helper.isCallable(by: .tracing, .traceFentry))
        #expect(helper.isCallable(by: .tracing))
    }

    @Test func whatAllMayCallHasNoListOfCallers() throws {
        let helper = try #require(Helper.named("map_lookup_elem"))
        #expect(helper.callers == nil)
        #expect(Helper.all.allSatisfy { $0.callers != nil || $0.isCallable(by: .netfilter) })
    }

    @Test func setsOfFunctionsAndReplacementsAreJudgedByTheKernelAlone() {
        for helper in Helper.all { #expect(helper.isCallable(by: .structOps) && helper.isCallable(by: .freplace), "\(helper.name)") }
    }

    @Test func everyNameOfTheTableIsAHelperAndStandsThereOnce() {
        let names = Helper.callersTable.flatMap(\.helpers)
        #expect(Set(names).count == names.count)
        for name in names { #expect(Helper.named(name) != nil, "\(name)") }
        for row in Helper.callersTable { #expect(Set(row.types).count == row.types.count, "\(row.helpers)") }
    }
}
