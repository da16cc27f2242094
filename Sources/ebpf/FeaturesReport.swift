// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import EBPF

/// All that can be asked about the running kernel, asked.
struct FeaturesReport {
    /// An answer with the name of what was asked for.
    struct Answer {
        let name: String
        let support: Support
    }

    /// Which helpers programs of a kind may call.
    struct Helpers {
        let kind: ProgramKind
        let helpers: [Helper]
        /// Why that is not known, where nobody can tell of a helper.
        let unknown: String?
    }

    let facts = SystemFacts.read()
    let programs: [(kind: ProgramKind, support: Support)]
    let maps: [Answer]
    let helpers: [Helpers]
    let functions: [KernelFunctions.Function]?
    let instructions: [Answer]
    let instructionSet: Int
    let types: [Answer]
    let links: [Answer]
    let facilities: [Answer]

    init() {
        let features = KernelFeatures.running
        programs = ProgramKind.all.map { ($0, features.support(ofPrograms: $0)) }
        maps = MapType.all.map { Answer(name: $0.description, support: features.support(ofMaps: $0)) }
        helpers = programs.filter(\.support.isYes).map { Self.helpers(of: $0.kind) }
        functions = (try? KernelFunctions.marked()) ?? nil
        instructions = KernelFeatures.Instruction.allCases.map { Answer(name: $0.rawValue, support: features.support(ofInstruction: $0)) }
        instructionSet = features.instructionSet?.rawValue ?? 0
        let understood = BTFFeatures.running
        let canTry = features.support(ofInstruction: .base).isYes
        types = BTFFeatures.table.map { row in
            let since = "the kernel refuses it (it came with Linux \(row.minimumKernel.major).\(row.minimumKernel.minor))"
            let support: Support =
                understood.contains(row.feature) ? .yes : canTry ? .no(since) : features.support(ofInstruction: .base)
            return Answer(name: row.name, support: support)
        }
        links = KernelFeatures.Link.allCases.map { Answer(name: $0.rawValue, support: features.support(ofLinks: $0)) }
        facilities = KernelFeatures.Facility.allCases.map { Answer(name: $0.rawValue, support: features.support(of: $0)) }
    }

    private static func helpers(of kind: ProgramKind) -> Helpers {
        var helpers: [Helper] = []
        var unknown: String?
        for (helper, support) in zip(Helper.all, KernelFeatures.running.supportOfHelpers(in: kind)) {
            switch support {
            case .yes: helpers.append(helper)
            case .no: break
            case .unknown(let reason): unknown = reason
            }
        }
        return Helpers(kind: kind, helpers: helpers, unknown: unknown)
    }
}
