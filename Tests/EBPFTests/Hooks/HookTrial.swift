// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CLinux
import COpenCalls
@testable import EBPF
import Glibc

/// One way to attach, tried on the running kernel: the program is loaded and attached, the event is caused and seen; the program is detached, the event is
/// caused again, and nothing is seen. Iterators are walked with, and no more once they are detached; runs of a program detach nothing.
struct HookTrial: Sendable {
    /// The way to attach, as the table of hooks names it.
    let name: String
    /// The release since which kernels have it.
    let since: KernelVersion
    /// What kernels may be built without: where this is not there, the trial may fail with a reason.
    var requirement: Requirement = .program
    /// What older kernels say, where they do not let one see that they are too old.
    var refusal: String?
    /// Tries it; throws ``EBPFError`` where the kernel refuses and ``HookTrial/Failure`` where something else is seen than should be.
    let attempt: @Sendable () throws -> Void

    /// What a kernel may lack.
    enum Requirement: Sendable {
        /// That the kind of program loads.
        case program
        /// That this holds, too.
        case condition(@Sendable () -> Bool)
    }

    /// Something else was seen than should be.
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// What came of it.
    enum Outcome: Sendable {
        case works
        /// The kernel refuses, with the reason that was given.
        case refused(EBPFError)
        case failed(String)
    }

    func run() -> Outcome {
        do {
            try attempt()
            return .works
        } catch let error as EBPFError {
            return .refused(error)
        } catch { return .failed("\(error)") }
    }
}

/// In which language the programs of trials are written: `Hooks` in C, `SwiftHooks` in Swift, with the same names.
enum TrialLanguage {
    @TaskLocal static var isSwift = false

    static func probes() throws -> ObjectFile { isSwift ? try SwiftProbes.object() : try Probes.object() }
    static func operations() throws -> ObjectFile { isSwift ? try SwiftOperations.object() : try StructOperations.object() }
    static func hooks() throws -> ObjectFile { isSwift ? try SwiftHooks.object() : try Hooks.object() }
}

/// A program of `Hooks`, or of another object, that is loaded for a trial.
struct TriedProgram {
    let object: LoadedObject
    let program: Program

    /// Loads a program alone; it counts what happens in one thread, by default the calling one.
    init(
        _ name: String, _ options: LoadOptions = LoadOptions(), thread: UInt32 = UInt32(bitPattern: current_thread()),
        change: (inout ProgramDefinition) -> Void = { _ in }
    ) throws {
        try self.init(name, of: TrialLanguage.hooks(), options, thread: thread, change: change)
    }

    /// Loads a program of another object alone.
    init(
        _ name: String, of object: ObjectFile, _ options: LoadOptions = LoadOptions(), thread: UInt32 = UInt32(bitPattern: current_thread()),
        change: (inout ProgramDefinition) -> Void = { _ in }
    ) throws {
        var file = object
        for index in file.programs.indices {
            file.programs[index].isLoaded = file.programs[index].name == name
            // The fixture names the functions of system calls as x86-64 does.
            if let target = file.programs[index].target, target.hasPrefix("__x64_sys_") {
                file.programs[index].target = Program.functionPrefix + target.dropFirst("__x64_sys_".count)
            }
            if file.programs[index].name == name { change(&file.programs[index]) }
        }
        #if arch(arm64)
            if file.variables.contains(where: { $0.name == "number" }) { try file.set("number", to: UInt64(155)) }
        #endif
        try file.set("target_thread", to: thread)
        self.object = try file.load(options)
        program = try self.object.program(name)
    }

    /// How many events the program has counted.
    func seen() throws -> UInt64 { try object.value(of: "seen", as: UInt64.self) }

    /// Causes the event until the program has seen it: packets are seen by another thread of the kernel, and a device that has just come up drops them.
    ///
    /// - Throws: ``HookTrial/Failure`` where the program sees nothing, however often.
    func see(_ event: () throws -> Void) throws {
        let before = try seen()
        for _ in 0..<20 {
            try event()
            if try seen() > before { return }
            usleep(100_000)
        }
        throw HookTrial.Failure(description: "the event is not seen")
    }

    /// Causes the event while a link is there, and again without it.
    ///
    /// - Parameter event: returns when it is over: what comes with a packet, when the packet has arrived behind the hook.
    /// - Throws: ``HookTrial/Failure`` where the program sees nothing, or still something when it is detached.
    func prove(_ link: consuming Link, _ event: () throws -> Void) throws {
        try see(event)
        link.detach()
        // What is under way on another CPU ends.
        usleep(20_000)
        let settled = try seen()
        try event()
        let after = try seen()
        guard after == settled else { throw HookTrial.Failure(description: "\(after - settled) events are seen after the link has gone") }
    }

    /// Walks while a link is there, and finds that nobody can when it has gone.
    ///
    /// - Throws: ``HookTrial/Failure`` where it can still be walked with.
    func prove(_ link: consuming Link, walking walk: (borrowing Link) throws -> Void) throws {
        try walk(link)
        let id = try link.information().id
        try Self.walk(byLink: id)
        link.detach()
        // Who lists the links of the machine holds each for a moment.
        for _ in 0..<100 {
            let settled = try seen()
            do {
                try Self.walk(byLink: id)
            } catch {
                let more = try seen() - settled
                guard more == 0 else { throw HookTrial.Failure(description: "\(more) objects are walked over after the link has gone") }
                return
            }
            usleep(100_000)
        }
        throw HookTrial.Failure(description: "the link is still walked with after it has gone")
    }

    /// Walks with a link of which only the number is known, as anybody may while it is there.
    private static func walk(byLink id: UInt32) throws {
        var attributes = bpf_descriptor_by_id_attributes()
        attributes.id = id
        let number = bpf(.linkDescriptorByID, &attributes)
        try check(number, "open link \(id)")
        let link = Link(hook: .iterator(kind: "link \(id)"), .link(SharedDescriptor(Descriptor(number))))
        try walk(with: link)
    }

    /// Walks over all that a link's program walks over.
    ///
    /// - Returns: what it has written.
    @discardableResult
    static func walk(with link: borrowing Link) throws -> [UInt8] {
        var walk = try link.walk()
        return try walk.readAll()
    }
}

/// A call that failed, in a trial's own scenery.
func check(_ status: Int32, _ call: String) throws {
    guard status < 0 else { return }
    throw HookTrial.Failure(description: "\(call): \(String(cString: strerror(-status)))")
}
