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
import-kinds = XLSX, CSV, TXT, as Excel made it: any encoding, any separator. Address cards (VCF) too.
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
import-given-help = For those for whom the file has no day.
import-consent-where = The file says who agreed. Choose where they agreed: a permission without its source is none, and nobody of this file gets advertising.
import-left-stay-out = People who left or are on the do-not-send list stay out, always.
import-new = new
import-updated = updated
import-twice = twice in the file
import-invalid = invalid
import-left = left earlier, stay out
import-problems = { $n ->
    [one] 1 problem row
   *[other] { $n } problem rows
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
import-write = Write to this list
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
file-nothing-changed = Nothing was changed.
file-empty = The file is empty
file-empty-fix = Choose the file with the people.
file-no-rows = The file has a header but no rows under it
file-no-rows-fix = Choose the sheet with the people and export again.
file-picture = This is a picture, not a list
file-picture-fix = Choose an XLSX, CSV or TXT file.
file-pdf = This is a PDF, not a list
file-pdf-fix = Export the list as XLSX or CSV.
file-archive = This is an archive without a workbook in it
file-archive-fix = Unpack it and choose the list inside.
file-document = This is a document, not a list
file-document-fix = Save the list as XLSX or CSV.
file-old-workbook = This is an old Excel workbook, or one behind a password
file-old-workbook-fix = Open it and save it as .xlsx or CSV.
file-web-page = This is a web page under a spreadsheet's name
file-web-page-fix = Open it in Excel and save it as .xlsx or CSV.
file-cards = These are address cards (vCard)
file-cards-fix = Export the list as CSV or XLSX.
file-binary = This is neither a text file nor a spreadsheet
file-binary-fix = Choose an XLSX, CSV or TXT file.
file-line-too-long = Line { $line } is longer than 1 MB
file-line-too-long-fix = A list has one person a line: is the line end missing?
file-unclosed-quote = A quote opened on line { $line } is not closed
file-unclosed-quote-fix = Close or remove it and choose the file again.
file-too-many-columns = Row { $line } has more cells than any spreadsheet
file-too-many-columns-fix = Check the separator and export again.
file-bomb = The workbook grows far beyond its size and was not opened further
file-bomb-fix = Save the sheet as CSV.
file-entity = The workbook asks for something outside itself and was refused
file-entity-fix = Open it in Excel and save it again.
file-damaged = The workbook is damaged
file-damaged-fix = Open it in Excel and save it again.
file-no-sheet = The workbook has no such sheet
file-no-sheet-fix = Choose the file again.
file-too-much-text = The workbook holds more text than is read from one
file-too-much-text-fix = Save the sheet as CSV.
file-too-slow = Looking at the file took too long
file-too-slow-fix = Save the list as CSV.
file-unknown-encoding = The encoding of the file is not known
file-unknown-encoding-fix = Save it as UTF-8 and choose it again.
file-no-phone-column = No column looks like phone numbers
file-no-phone-column-fix = Say which column holds the numbers.
file-unreadable = The file could not be read
file-unreadable-fix = Choose it again.
problem-landline = a landline: it takes no SMS
problem-landline-fix = write a mobile number
problem-service = a service number: it takes no SMS
problem-service-fix = write a mobile number
problem-short = a short number, not a person's mobile
problem-short-fix = write a mobile number
problem-empty = no number
problem-empty-fix = write the number
problem-nul = NUL bytes in the number
problem-nul-fix = write the number again
problem-not-a-number = not a number
problem-not-a-number-fix = write the number in digits
problem-letters = letters in the number
problem-letters-fix = write digits only
problem-digits-lost = Excel lost the last digits of the number
problem-digits-lost-fix = format the column as text in Excel and write the number again
problem-too-short = too few digits
problem-too-short-fix = check the digits
problem-too-long = too many digits
problem-too-long-fix = check the digits
problem-not-in-plan = no such number range
problem-not-in-plan-fix = check the digits
problem-no-country = the country of the number is not known
problem-no-country-fix = write the number with + and the country code
problem-two-numbers = two numbers run together
problem-two-numbers-fix = put / or a new line between the numbers
import-target-email = E-mail
import-target-consent = Permission, yes or no
import-target-consent-date = Day of permission
