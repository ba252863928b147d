module own

go 1.24
