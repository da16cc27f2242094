// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject

/// What only programs under the GPL may call and be, refused where it stands: the kernel would refuse it when the object is loaded.
enum LicenseRules {
    /// What is wrong with a call in a kernel half under a licence; `nil` where nothing is.
    ///
    /// The functions of the kernel are for such programs alone: `kernel/bpf/verifier.c`, `add_kfunc_call`.
    static func complaint(about call: KernelCall, license: String, functions: Set<String>) -> String? {
        guard !SourceLicense.isGPL(license) else { return nil }
        switch call.callee {
        case .helper(let number):
            guard let helper = Helper.numbered(Int32(truncatingIfNeeded: number)), helper.requiresGPL else { return nil }
            return "bpf_\(helper.name) is " + onlyGPL(license)
        case .function(let name): return functions.contains(name) ? "'\(name)' is a function of the kernel, and these are " + onlyGPL(license) : nil
        }
    }

    /// What is wrong with a program; `nil` where nothing is. `kernel/bpf/bpf_lsm.c`: `bpf_lsm_verify_prog`; `kernel/bpf/verifier.c`:
    /// `check_struct_ops_btf_id`.
    static func complaint(about program: KernelHalfPlan.Program, license: String) -> String? {
        guard !SourceLicense.isGPL(license), let type = SectionName.definition(of: program.section)?.type, type == .lsm || type == .structOps else {
            return nil
        }
        return "programs of section '\(program.section)' are " + onlyGPL(license)
    }

    private static func onlyGPL(_ license: String) -> String {
        "for kernel halves under the GPL, and the first lines state '\(license)'; where you may, leave the choice: '// SPDX-License-Identifier: "
            + "GPL-2.0-only OR \(license)'"
    }
}
