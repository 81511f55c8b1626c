# Import.
import-title = Import people
import-heading = Import people
import-heading-running = Importing
import-heading-done = { $n ->
    [one] 1 person saved
   *[other] { $n } people saved
}
import-heading-stopped = The import stopped midway
import-under = Nothing is saved until step 4.
import-file = File
import-choose = Choose a file
import-drop-here = or drop it here
import-kinds = XLSX, CSV, TXT, as Excel made it: any encoding, any separator.
import-read = Read the file
import-earlier = Earlier imports
import-change-file = Change file
import-columns = Columns
import-columns-says = recognised by what is in them; change any
import-rules = Rules
import-check = Check and import
import-country = Numbers without + are from
import-restored = { $n ->
    [one] 1 number lost its leading 0 in Excel. It was restored.
   *[other] { $n } numbers lost their leading 0 in Excel. They were restored.
}
import-lost = { $n ->
    [one] 1 number cannot be restored, such as 9.72501E+11: format the column as text in Excel and export again.
   *[other] { $n } numbers cannot be restored, such as 9.72501E+11: format the column as text in Excel and export again.
}
import-first-rows = First { $shown } of { $rows } rows, as they will be saved.
import-marks = { $tinted } cells were changed, { $red } ones cannot be used.
import-tinted = Tinted
import-red = red
import-preview = Preview as it will be saved
import-row = Row
import-goes-to = { $column } goes to
import-skipped = Skipped
import-existing = People you already have
import-fill = Fill what is empty
import-overwrite = Overwrite with the file
import-skip = Skip them
import-list = Add to list
import-list-help = A new name makes a new list.
import-source = Permission to message comes from
import-source-help = Without it these people get no advertising.
import-source-none = No permission on file
import-source-till = Form at the till
import-source-web = Form on the website
import-source-contract = Contract
import-source-phone = Said on the phone
import-given = Given on
import-left-stay-out = People who left or are on the do-not-send list stay out, always.
import-new = new
import-updated = updated
import-twice = twice in the file
import-invalid = invalid
import-left = left earlier, stay out
import-problems = { $n ->
    [one] 1 problem row, CSV
   *[other] { $n } problem rows, CSV
}
import-problems-says = Your columns plus row, problem and suggestion.
import-again = Count again
import-do = { $n ->
    [one] Import 1 person
   *[other] Import { $n } people
}
import-running = { $done } of { $rows } rows
import-leave = You may leave this page.
import-done = Done in { $time }.
import-open = Open the people
import-stopped-kept = { $done } rows were saved and stay.
import-stopped-fix = Go on from there, or bring the file again.
import-resume = Go on
import-target-skip = Skip
import-target-phone = Phone
import-target-first-name = First name
import-target-last-name = Last name
import-target-name = Whole name
import-target-field = New field: { $name }
import-seen-phones = { $n } look like phones
import-seen-filled = { $n } filled
import-seen-empty = mostly empty
import-detected = { $kind }, { $rows } rows, { $columns } columns
