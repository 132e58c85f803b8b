namespace CallIntel.Sdk.Doctor;

/// <summary>How bad a <see cref="DoctorFinding"/> is. A higher value is worse.</summary>
public enum FindingSeverity
{
    /// <summary>Works; better with it done.</summary>
    Advice = 0,

    /// <summary>Will hurt, or hurts already: something is missing, late or unsafe in some circumstances.</summary>
    Warning = 1,

    /// <summary>A promise does not hold, or sessions cannot be opened.</summary>
    Danger = 2,
}
