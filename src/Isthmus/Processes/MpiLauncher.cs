namespace Isthmus.Processes;

/// <summary>Launcher that started this process as one of several, by the environment variables that it sets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Number of processes it started.</param>
/// <param name="Rank">Number of this one; null where the launcher does not say.</param>
/// <param name="IsMpich">True if it speaks the protocol of MPICH's family.</param>
internal sealed record MpiLauncher(string Name, int Count, int? Rank, bool IsMpich)
{
    /// <summary>Finds the launcher; null if this process was started by itself.</summary>
    public static MpiLauncher? Find() => Find(Environment.GetEnvironmentVariable);

    /// <summary>Finds the launcher in the variables given.</summary>
    internal static MpiLauncher? Find(Func<string, string?> variable)
    {
        int? Number(string name) => int.TryParse(variable(name), out var number) && number >= 0 ? number : null;
        return Number("OMPI_COMM_WORLD_SIZE") is { } open ? new("Open MPI's mpirun", open, Number("OMPI_COMM_WORLD_RANK"), false)
            : Number("PMI_SIZE") is { } hydra ? new("an mpirun of MPICH's family", hydra, Number("PMI_RANK"), true)
            // A batch script has the number of its tasks too, but no step: srun starts one.
            : variable("SLURM_STEP_ID") is { Length: > 0 } && (Number("SLURM_STEP_NUM_TASKS") ?? Number("SLURM_NTASKS")) is { } slurm
                ? new("Slurm's srun", slurm, Number("SLURM_PROCID"), false)
            : null;
    }
}
