// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
import CThreadLimits
import COpenCalls
import EBPF
import Glibc
import Testing

/// What is said of the running kernel, on whichever kernel this runs.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct FeatureTests {
    let features = KernelFeatures.running
    let version: KernelVersion

    init() throws {
        version = try #require(KernelVersion.running)
    }

    @Test func noKernelHasWhatCameLater() {
        // Programs of sk_reuseport are older than their attach types.
        for kind in ProgramKind.all where kind.since ?? "0.0" > version && kind.attachType != .skReuseportSelect {
            #expect(!features.support(ofPrograms: kind).isYes, "\(kind)")
        }
        for type in MapType.all where type.since ?? "0.0" > version { #expect(!features.support(ofMaps: type).isYes, "\(type)") }
        for link in KernelFeatures.Link.allCases where link.since > version { #expect(!features.support(ofLinks: link).isYes, "\(link)") }
        // Stable releases have brought far jumps to 6.1.
        for instruction in KernelFeatures.Instruction.allCases where instruction.since > version && instruction != .jumpLong {
            #expect(!features.support(ofInstruction: instruction).isYes, "\(instruction)")
        }
        // Stable releases have brought this to older kernels.
        for facility in KernelFeatures.Facility.allCases where facility.since > version && facility != .uprobeMultiProcess {
            #expect(!features.support(of: facility).isYes, "\(facility)")
        }
        for helper in Helper.all where helper.since > version {
            for type in [ProgramType.socketFilter, .tracepoint, .xdp] {
                #expect(!features.support(ofHelper: helper, in: type).isYes, "\(helper.name) in \(type)")
            }
        }
    }

    @Test func everyKernelHasWhatNoOptionTakesAway() {
        let types: [ProgramType] = [.socketFilter, .tracepoint, .rawTracepoint, .perfEvent, .kprobe, .xdp, .schedCLS, .skReuseport, .syscall]
        for type in types where type.since ?? "99.0" <= version { #expect(features.support(ofPrograms: type) == .yes, "\(type)") }
        let maps: [MapType] = [
            .hash, .array, .programArray, .perfEventArray, .perCPUHash, .perCPUArray, .stackTrace, .lruHash, .lruPerCPUHash, .lpmTrie, .arrayOfMaps,
            .hashOfMaps, .queue, .stack, .ringBuffer, .taskStorage, .bloomFilter, .userRingBuffer, .instructionArray, .resizableHash, .devmap,
            .cpumap,
            .skStorage, .structOps,
        ]
        for type in maps where type.since ?? "99.0" <= version { #expect(features.support(ofMaps: type) == .yes, "\(type)") }
        #if arch(x86_64)
            // Addresses of variables take CONFIG_KALLSYMS_ALL.
            for instruction in KernelFeatures.Instruction.allCases
            where instruction.since <= version && ![.kernelVariables, .castAddressSpace].contains(instruction) {
                #expect(features.support(ofInstruction: instruction) == .yes, "\(instruction)")
            }
            #expect(features.instructionSet == (version >= "6.6" ? .v4 : version >= "5.12" ? .v3 : .v2))
        #endif
        for facility in KernelFeatures.Facility.allCases where facility.since <= version && ![.kprobeEvents, .uprobeEvents].contains(facility) {
            #expect(features.support(of: facility) == .yes, "\(facility)")
        }
        let links: [KernelFeatures.Link] = [
            .rawTracepoint, .iterator, .networkNamespace, .xdp, .perfEvent, .sockmap, .structOperations, .tcx, .cgroup,
        ]
        for link in links where link.since <= version { #expect(features.support(ofLinks: link) == .yes, "\(link)") }
    }

    @Test func anArenaIsThereWithItsCastsOrTheKernelFindsNoMemoryForIt() {
        let answers = [features.support(ofMaps: .arena), features.support(ofInstruction: .castAddressSpace)]
        if version < "6.9" { return #expect(answers.allSatisfy { !$0.isYes }) }
        // Newer kernels allocate parts of it in a way that takes cmpxchg16b, which emulated machines may lack.
        #expect(Set(answers).count == 1)
        #expect(answers[0].isYes || answers[0].reason?.hasPrefix("ENOMEM") == true)
    }

    @Test func tracingIsJudgedByWhatItAttachesTo() {
        #expect(features.support(ofPrograms: ProgramKind(.tracing, .traceRawTracepoint)) == .yes)
        #expect(features.support(ofPrograms: ProgramKind(.tracing, .traceIterator)) == .yes)
        #expect(features.support(ofPrograms: .tracing) == .yes)
        let code = features.support(ofPrograms: ProgramKind(.tracing, .traceFentry))
        #expect(features.support(ofPrograms: ProgramKind(.tracing, .traceFexit)).isYes == code.isYes)
        #expect(features.support(ofLinks: .tracing).isYes == code.isYes)
    }

    @Test func helpersBelongToKindsOfPrograms() throws {
        func may(_ name: String, _ kind: ProgramKind) throws -> Support { features.support(ofHelper: try #require(Helper.named(name)), in: kind) }
        let xdp = ProgramKind(.xdp, .xdp)
        let iterator = ProgramKind(.tracing, .traceIterator)
        #expect(try may("map_lookup_elem", xdp) == .yes)
        #expect(try may("xdp_adjust_head", xdp) == .yes)
        #expect(try may("xdp_adjust_head", ProgramKind(.schedCLS)) != .yes)
        #expect(try may("skb_store_bytes", ProgramKind(.schedCLS)) == .yes)
        #expect(try may("skb_store_bytes", xdp) != .yes)
        #expect(try may("get_stackid", ProgramKind(.tracepoint)) == .yes)
        #expect(try may("get_stackid", xdp) != .yes)
        // The same type with another attach type has others.
        #expect(try may("seq_printf", iterator) == .yes)
        #expect(try may("seq_printf", ProgramKind(.tracing, .traceRawTracepoint)) != .yes)
        #expect(try may("bind", ProgramKind(.cgroupSockAddr, .cgroupInetConnect4)) == .yes)
        #expect(try may("bind", ProgramKind(.cgroupSockAddr, .cgroupInetBind4)) != .yes)
        #expect(try may("get_attach_cookie", ProgramKind(.tracepoint)).isYes == (version >= "5.15"))
        #expect(features.support(of: .attachCookies).isYes == (version >= "5.15"))
    }

    @Test func allHelpersAtOnceAreTheSameAsOneByOne() {
        let kind = ProgramKind(.tracing, .traceIterator)
        let fresh = KernelFeatures()
        #expect(fresh.supportOfHelpers(in: kind) == Helper.all.map { features.support(ofHelper: $0, in: kind) })
    }

    @Test func noKernelLetsProgramsCallWhatTheTableOfCallersSaysNoneDoes() {
        for kind in ProgramKind.all {
            let mayWait = kind.isSleepable || kind.type == .syscall || kind.type == .structOps
            for helper in Helper.all where !helper.isCallable(by: kind.type, kind.attachType) || (helper.sleeps && !mayWait) {
                #expect(!features.support(ofHelper: helper, in: kind).isYes, "\(helper.name) in \(kind)")
            }
        }
    }

    @Test func aHelperThatWaitsIsForProgramsThatMayWait() throws {
        let helper = try #require(Helper.named("copy_from_user"))
        let sleepable = ProgramKind(.syscall, isSleepable: true)
        guard features.support(ofPrograms: sleepable).isYes else { return }
        // What such programs may call, an iterator may where it may wait, and not where it may not.
        let iterators = [false, true].map { ProgramKind(.tracing, .traceIterator, isSleepable: $0) }
        #expect(features.support(ofHelper: helper, in: iterators[0]) != .yes)
        if features.support(ofPrograms: iterators[1]).isYes { #expect(features.support(ofHelper: helper, in: iterators[1]) == .yes) }
        #expect(features.support(ofHelper: helper, in: ProgramKind(.tracepoint)) != .yes)
    }

    @Test func functionsOfTheKernelBelongToKindsOfProgramsAsWell() throws {
        guard version >= "6.4" else { return }
        #expect(features.support(ofKernelFunction: "bpf_rcu_read_lock", in: ProgramKind(.tracepoint)).isYes)
        #expect(!features.support(ofKernelFunction: "bpf_xdp_metadata_rx_hash", in: ProgramKind(.tracepoint)).isYes)
        #expect(
            features.support(ofKernelFunction: "no_such_function", in: ProgramKind(.tracepoint))
                == .no("the kernel's types have no function 'no_such_function'"))
        let marked = try KernelFunctions.marked()
        #expect(marked.map { $0.contains { $0.name == "bpf_rcu_read_lock" && $0.module == nil } } ?? (version < "6.9"))
    }

    @Test func aRefusalSaysWhy() {
        let mayAll = SystemFacts.read().missingCapabilities.isEmpty
        for kind in ProgramKind.all {
            let support = features.support(ofPrograms: kind)
            if case .no(let reason) = support { #expect(!reason.isEmpty, "\(kind)") }
            // Who may do everything is never told that nobody knows.
            if mayAll, case .unknown(let reason) = support { Issue.record("\(kind): \(reason)") }
        }
        for type in MapType.all where type.since ?? "0.0" > version {
            #expect(features.support(ofMaps: type).reason?.contains("came with Linux \(type.since ?? "0.0")") == true)
        }
    }

    @Test func asManyDescriptorsAreOpenAfterwardsAsBefore() throws {
        // In a thread with descriptors of its own: other tests open theirs meanwhile.
        let (before, after) = try LimitedThread.run({ take_own_descriptors() }) {
            let fresh = KernelFeatures()
            let before = Self.openDescriptors
            for kind in ProgramKind.all { _ = fresh.support(ofPrograms: kind) }
            for type in MapType.all { _ = fresh.support(ofMaps: type) }
            for link in KernelFeatures.Link.allCases { _ = fresh.support(ofLinks: link) }
            for instruction in KernelFeatures.Instruction.allCases { _ = fresh.support(ofInstruction: instruction) }
            for facility in KernelFeatures.Facility.allCases { _ = fresh.support(of: facility) }
            for helper in Helper.all.prefix(20) { _ = fresh.support(ofHelper: helper, in: .tracing) }
            _ = SystemFacts.read()
            return (before, Self.openDescriptors)
        }
        #expect(before > 0)
        #expect(after == before)
    }

    @Test func manyThreadsMayAskAtOnce() async {
        let fresh = KernelFeatures()
        let answers = await withTaskGroup(of: [Support].self) { group in
            for _ in 0..<8 { group.addTask { MapType.all.map { fresh.support(ofMaps: $0) } } }
            return await group.reduce(into: [[Support]]()) { $0.append($1) }
        }
        #expect(Set(answers) == [MapType.all.map { features.support(ofMaps: $0) }])
    }

    @Test func whoMayNotTryIsToldThatNobodyKnowsAndWhatIsMissing() throws {
        let answers = try Self.answersWithoutCapabilities(KernelFeatures())
        #expect(!answers.isEmpty)
        for (name, answer) in answers {
            if case .no(let reason) = answer { Issue.record("\(name) is said not to be there by who may not look: \(reason)") }
            if case .unknown(let reason) = answer { #expect(reason.contains("CAP_"), "\(name): \(reason)") }
        }
        #expect(answers.contains { $0.name == "tracepoint" && !$0.answer.isYes })
    }

    @Test func whatWasTriedIsNotTriedAgain() throws {
        let fresh = KernelFeatures()
        let before = Self.questions.map { fresh.support(ofPrograms: $0) }
        #expect(before.contains(.yes))
        // Tried again, a thread without capabilities would find nothing.
        let after = try Self.answersWithoutCapabilities(fresh).map(\.answer)
        #expect(Array(after.prefix(before.count)) == before)
    }

    private static let questions = [ProgramKind(.tracepoint), ProgramKind(.xdp, .xdp), ProgramKind(.tracing, .traceIterator)]

    /// What a thread without capabilities is told.
    private static func answersWithoutCapabilities(_ features: KernelFeatures) throws -> [(name: String, answer: Support)] {
        try LimitedThread.run({ thread_keep_capabilities(0) }) {
            var answers: [(name: String, answer: Support)] = []
            answers += questions.map { ($0.description, features.support(ofPrograms: $0)) }
            answers += [MapType.hash, .arena].map { ($0.description, features.support(ofMaps: $0)) }
            answers += [KernelFeatures.Link.xdp, .perfEvent].map { ($0.description, features.support(ofLinks: $0)) }
            answers += [KernelFeatures.Instruction.boundedLoops].map { ($0.description, features.support(ofInstruction: $0)) }
            answers += [KernelFeatures.Facility.tokens, .statistics].map { ($0.description, features.support(of: $0)) }
            return answers
        }
    }

    private static var openDescriptors: Int {
        guard let directory = opendir("/proc/thread-self/fd") else { return -1 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count
    }
}
