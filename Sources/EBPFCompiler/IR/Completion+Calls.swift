// SPDX-License-Identifier: Apache-2.0

extension Completion {
    /// Refuses what is wrong with a call by what it is passed, or by the kernel half's licence.
    mutating func checkCalls() throws(CompilerError) {
        for program in plan.programs {
            if let complaint = LicenseRules.complaint(about: program, license: license) {
                throw CompilerError(.source, program.position.message(complaint))
            }
        }
        for function in module.functions {
            try checkAnswers(function)
            for line in function.body where line.contains("call ") {
                guard let complaint = complaint(about: IRText.trimmed(IRText.splitMetadata(line[...]).code)) else { continue }
                throw CompilerError(.source, KernelRules.position(of: line, in: function, &module, plan).message(complaint))
            }
        }
    }

    /// Refuses numbers that no answer is, where a program returns them as they are.
    private mutating func checkAnswers(_ function: IRFunction) throws(CompilerError) {
        guard let program = plan.programs.first(where: { $0.name == function.name }), !program.answersNothing else { return }
        for line in function.body where line.hasPrefix("  ret i32 ") {
            let code = IRText.splitMetadata(line[...]).code
            guard let number = code.split(separator: " ").last.flatMap({ Int($0) }),
                let complaint = AnswerRules.complaint(aboutNumber: number, of: program.name, in: program.section)
            else { continue }
            throw CompilerError(.source, KernelRules.position(of: line, in: function, &module, plan).message(complaint))
        }
    }

    private func complaint(about code: Substring) -> String? {
        if let call = HelperCall(code),
            let complaint = LogRules.complaint(about: call, constant: { name in module.globals.first { $0.name == name }.flatMap(constant) })
        {
            return complaint
        }
        return KernelCall(code).flatMap { LicenseRules.complaint(about: $0, license: license, functions: plan.kernelFunctions) }
    }
}
