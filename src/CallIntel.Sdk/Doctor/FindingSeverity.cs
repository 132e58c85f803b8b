namespace CallIntel.Sdk.Doctor;

/// <summary>The severity of a <see cref="DoctorFinding"/>. A higher value is more severe.</summary>
public enum FindingSeverity
{
    /// <summary>A recommendation. Everything works without it.</summary>
    Advice = 0,

    /// <summary>
    /// Something is missing, overdue or unsafe in some circumstances, and causes problems sooner or later.
    /// </summary>
    Warning = 1,

    /// <summary>The data is not protected as promised, or sessions cannot be opened.</summary>
    Danger = 2,
}
