// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What `ebpf features --json` prints, as its help documents it.
struct FeaturesReport: Decodable {
    struct Kernel: Decodable {
        var release: String
        var version: String?
        var architecture: String
    }

    struct Program: Decodable {
        var type: String
        var attach_type: String?
        var sleepable: Bool
        var support: String
        var reason: String?
    }

    struct Map: Decodable {
        var type: String
        var support: String
        var reason: String?
    }

    struct Answer: Decodable {
        var name: String
        var support: String
        var reason: String?
    }

    struct Helpers: Decodable {
        var type: String
        var attach_type: String?
        var sleepable: Bool
        var helpers: [String]
        var unknown: String?
    }

    struct System: Decodable {
        var jit: Int?
        var lockdown: String?
        var security_modules: [String]?
        var btf_bytes: Int?
        var cgroup2: [String]
        var tracefs: [String]
        var bpffs: [String]
        var initial_user_namespace: Bool
        var missing_capabilities: [String]
        var options: [String: String]?
    }

    var kernel: Kernel
    var system: System
    var programs: [Program]
    var maps: [Map]
    var helpers: [Helpers]
    var kfuncs: [String]?
    var instructions: [Answer]
    var isa: Int
    var btf: [Answer]
    var links: [Answer]
    var facilities: [Answer]

    /// What is printed here; asked for once.
    static let ofThisKernel = Result { try FeaturesReport(of: "% features --json") }

    /// What a command prints, which must end well.
    init(of command: String) throws {
        let outcome = try EBPFProcess.run(shell: command)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        self = try JSONDecoder().decode(FeaturesReport.self, from: outcome.output)
    }

    /// Whether any kind of a type is supported.
    func supports(_ type: String) -> Bool { programs.contains { $0.type == type && $0.support == "yes" } }

    /// What programs of a type that may not wait may call.
    func helpers(of type: String) -> Set<String> { Set(helpers.filter { $0.type == type && !$0.sleepable }.flatMap(\.helpers)) }
}
