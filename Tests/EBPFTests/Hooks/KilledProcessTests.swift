// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CNamespaces
@testable import EBPF
import Glibc
import Testing

/// What a process leaves behind that is killed while its programs are attached.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct KilledProcessTests {
    /// In a process of its own, whose copy attaches and is killed: network, mounts and cgroup are there for both.
    @Test func onlyWhatIsPinnedOrHasNoLinkOutlivesAProcessThatIsKilled() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
            try LinkTests.takeNamespaces()
            let held: HeldObjects
            do {
                let stage = try HeldAttachment.Stage()
                let (reports, objects) = try HeldAttachment.holdInCopyAndKill(stage)
                held = objects
                for report in reports.missing { print("not run, because \(report)") }
                let remaining = objects.settled(to: reports.expected)
                #expect(remaining.programs == reports.expected.programs, "programs: \(remaining.programs), and should: \(reports)")
                let links = HeldObjects.knowsLinks ? reports.expected.links : []
                #expect(remaining.links == links, "links: \(remaining.links), and should: \(reports)")
                let used = Set(remaining.programs.flatMap { KernelObjects.maps(ofProgram: $0) }).union(reports.expected.maps)
                #expect(remaining.maps == used, "maps: \(remaining.maps), and should: \(used)")
                #expect(KernelObjects.probeDefinitions(naming: "xctest") == [], "definitions of probes")
                try HeldAttachment.proveRemaining(reports, stage)
            }
            // With what they were attached to, the others go as well.
            try HookTests.check(take_own_network(), "unshare")
            let remaining = held.settled(to: HeldObjects())
            #expect(remaining == HeldObjects(), "still there: \(remaining)")
        }
        KilledProcessTests.tell(result)
    }

    /// Prints what a test's process has said of what it could not try.
    static func tell(_ result: ExitTest.Result?) {
        for line in String(decoding: result?.standardOutputContent ?? [], as: UTF8.self).split(separator: "\n")
        where line.contains("not run, because") {
            print(line)
        }
    }
}

/// Objects of the kernel, by their numbers.
struct HeldObjects: Equatable {
    var programs: Set<UInt32> = []
    var maps: Set<UInt32> = []
    var links: Set<UInt32> = []

    init() {}

    /// Whether the kernel tells of links: from 6.17 to 6.18 it follows a null pointer where it tells of those to many kprobes (see DescriptorKind). Programs and
    /// maps tell enough there.
    static let knowsLinks =
        !LiveKernel.isSince("6.17") || LiveKernel.isSince("6.19") || !KernelFeatures.running.support(ofLinks: .kprobeMulti).isYes

    /// What a process has descriptors of.
    init(ofProcess process: Int32) throws {
        let place = "/proc/\(process)/fdinfo"
        guard let directory = opendir(place) else { throw HookTrial.Failure(description: "\(place) cannot be read") }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard HeldObjects.knowsLinks || DescriptorKind.of("/proc/\(process)/fd/\(name)") != .known(.link) else { continue }
            for line in (SmallFile.read("\(place)/\(name)") ?? "").split(separator: "\n") { take(line) }
        }
    }

    private mutating func take(_ line: Substring) {
        let parts = line.split(separator: "\t")
        guard parts.count == 2, let number = UInt32(parts[1]) else { return }
        switch parts[0] {
        case "prog_id:": programs.insert(number)
        case "map_id:": maps.insert(number)
        case "link_id:": links.insert(number)
        default: break
        }
    }

    /// Those of them that the kernel still lists.
    private var listed: HeldObjects {
        var listed = HeldObjects()
        listed.programs = programs.intersection(KernelObjects.identifiers(.program))
        listed.maps = maps.intersection(KernelObjects.identifiers(.map))
        listed.links = links.intersection(KernelObjects.identifiers(.link))
        return listed
    }

    /// Looks until no more programs and links are listed than these, since the kernel takes its time; and then until the maps that nobody uses have gone.
    func settled(to expected: HeldObjects) -> HeldObjects {
        var found = listed
        for _ in 0..<1000 {
            let used = Set(expected.programs.flatMap { KernelObjects.maps(ofProgram: $0) }).union(expected.maps)
            if found.programs == expected.programs, found.links == expected.links || !HeldObjects.knowsLinks, found.maps == used { return found }
            usleep(10_000)
            found = listed
        }
        return found
    }
}
